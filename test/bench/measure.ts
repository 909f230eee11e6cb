// Times whole commands side by side, round by round (A B A B …): on a shared machine only ratios inside one run mean
// something. Wall clock, CPU of the command and its children, and peak memory, as the kernel accounts for them.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export type Figures = { readonly wallS: number; readonly cpuS: number; readonly rssMiB: number };

export type Candidate = {
  readonly label: string;
  /** Not timed: makes the state the command starts from. */
  readonly prepare: () => Promise<void> | void;
  readonly command: () => readonly [string, ...string[]];
  /** Not timed: throws where the command did not do its work. */
  readonly verify?: () => Promise<void> | void;
};

/** Medians per candidate. Throws where a command fails: a fast failure is no result. */
export async function measure(
  candidates: readonly Candidate[],
  rounds: number,
  warmups = 1,
): Promise<ReadonlyMap<string, Figures>> {
  const all = new Map<string, Figures[]>(candidates.map(({ label }) => [label, []]));
  for (let round = -warmups; round < rounds; round += 1) {
    for (const candidate of candidates) {
      await candidate.prepare();
      const figures = await time(candidate.command());
      await candidate.verify?.();
      if (round >= 0) all.get(candidate.label)?.push(figures);
    }
  }
  return new Map([...all].map(([label, runs]) => [label, medians(runs)]));
}

/** GNU time writes what wait4 says of the command to a file. This process stays awake: proxies may run in it. */
export async function time([command, ...args]: readonly [string, ...string[]]): Promise<Figures> {
  const dir = mkdtempSync(join(tmpdir(), 'bench-time-'));
  const file = join(dir, 'time');
  try {
    const started = performance.now();
    const format = ['-q', '-o', file, '-f', '%U %S %M'];
    const child = spawn('/usr/bin/time', [...format, command, ...args]);
    let said = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (chunk: Buffer) => (said = (said + chunk.toString()).slice(-10_000)));
    }
    const [status] = (await once(child, 'close')) as [number | null];
    const wallS = (performance.now() - started) / 1000;
    if (status !== 0) throw new Error(`${command} ${args.join(' ')}: exit ${status}\n${said}`);
    const [user = 0, system = 0, kib = 0] = readFileSync(file, 'utf8')
      .trim()
      .split(' ')
      .map(Number);
    return { wallS, cpuS: user + system, rssMiB: kib / 1024 };
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

const medians = (runs: readonly Figures[]): Figures => ({
  wallS: median(runs.map((one) => one.wallS)),
  cpuS: median(runs.map((one) => one.cpuS)),
  rssMiB: median(runs.map((one) => one.rssMiB)),
});

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}
