// Puts found files in the order of their age without holding the event loop: runs of some thousands are sorted one by
// one, and merged as they are asked for. A first look may find a hundred thousand.
import type { Pace } from './pace.ts';
import type { FoundFile } from './scan-tree.ts';

/** Sorted in about 3 ms. */
const RUN_FILES = 8192;

/** Yields every file once, by time, then by key. Throws CancelledError when the signal aborts. */
export async function* oldestFirst(
  files: readonly FoundFile[],
  pace: Pace,
  signal: AbortSignal,
): AsyncGenerator<FoundFile> {
  const runs: Run[] = [];
  for (let start = 0; start < files.length; start += RUN_FILES) {
    runs.push({ files: files.slice(start, start + RUN_FILES).sort(byAge), next: 0 });
    if (pace.due()) await pace.rest(signal);
  }
  for (let left = files.length; left > 0; left -= 1) {
    const oldest = runs.reduce((best, run) => (isBefore(run, best) ? run : best));
    const file = head(oldest);
    oldest.next += 1;
    if (file !== undefined) yield file;
  }
}

type Run = { readonly files: readonly FoundFile[]; next: number };

const head = (run: Run): FoundFile | undefined => run.files[run.next];

function isBefore(one: Run, other: Run): boolean {
  const a = head(one);
  const b = head(other);
  return a !== undefined && (b === undefined || byAge(a, b) < 0);
}

const byAge = (a: FoundFile, b: FoundFile): number =>
  a.mtimeMs - b.mtimeMs || (a.key < b.key ? -1 : 1);
