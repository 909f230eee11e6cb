// The message parser alone: throughput (per CPU second, less what starting costs) and peak memory against mailparser and postal-mime, each in a process of its own that reads
// the mails from disk; on many small mails, and on one with 200 MB.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { makeMail } from '../../helpers/make-mail.ts';
import { seededBytes } from '../../helpers/seeded-bytes.ts';
import { measure } from '../measure.ts';
import type { Goal, Report, Row } from '../report.ts';
import type { WorkFolder } from '../work-folder.ts';

const runner = new URL('../parse-with.ts', import.meta.url).pathname;
const PARSERS = ['lanceur', 'mailparser', 'postal-mime'] as const;

export async function runParsers(work: WorkFolder): Promise<Report> {
  const rows: Row[] = [];
  const goals: Goal[] = [];
  const empty = work.fresh('none');
  mkdirSync(empty, { recursive: true });
  for (const [what, folder, mib] of [mailsOf5Mb(work), oneOf200Mb(work)] as const) {
    const figures = await measure(
      PARSERS.map((label) => ({
        label,
        prepare: () => undefined,
        command: () => [process.execPath, runner, label, folder] as const,
      })),
      3,
    );
    const idle = await measure(
      PARSERS.map((label) => ({
        label,
        prepare: () => undefined,
        command: () => [process.execPath, runner, label, empty] as const,
      })),
      3,
    );
    const rate = (label: string) => {
      const spent = (figures.get(label)?.cpuS ?? NaN) - (idle.get(label)?.cpuS ?? NaN);
      return mib / spent;
    };
    for (const [label, found] of figures) {
      rows.push({
        label: `${label}, ${what}: ${rate(label).toFixed(0)} MB per CPU second`,
        ...found,
      });
    }
    // CPU per byte, so that less is better as in every other goal.
    const value = rate('mailparser') / rate('lanceur');
    goals.push({ text: `${what}: CPU / mailparser`, value, limit: 0.334, unit: '×' });
    const rssMiB = figures.get('lanceur')?.rssMiB ?? NaN;
    goals.push({ text: `${what}: peak memory`, value: rssMiB, limit: 120, unit: 'MiB' });
  }
  return { title: 'Parsers alone, base64 attachments', rows, goals };
}

function mailsOf5Mb(work: WorkFolder) {
  const folder = work.fresh('mails');
  mkdirSync(folder, { recursive: true });
  let bytes = 0;
  for (let index = 0; index < 40; index += 1) {
    const content = seededBytes(5 * 1024 * 1024, index + 1);
    const raw = makeMail({ subject: `n° ${index}`, attachments: [{ name: 'a.pdf', content }] });
    bytes += raw.length;
    writeFileSync(join(folder, `${index}.eml`), raw);
  }
  return ['40 mails of 5 MB', folder, bytes / 1e6] as const;
}

function oneOf200Mb(work: WorkFolder) {
  const folder = join(work.fresh('huge'), 'one');
  mkdirSync(folder, { recursive: true });
  const content = seededBytes(200 * 1024 * 1024, 9);
  const raw = makeMail({ attachments: [{ name: 'grand.pdf', content }] });
  writeFileSync(join(folder, 'grand.eml'), raw);
  return ['one mail of 200 MB', folder, raw.length / 1e6] as const;
}
