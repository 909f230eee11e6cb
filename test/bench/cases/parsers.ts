// The message parser alone against mailparser and postal-mime: MB of mail per CPU second (the machine may be shared) and peak memory,
// each in a process of its own that reads the mails from disk. Many mails with an attachment, one with 200 MB, and, where
// BENCH_MAILS names a folder of mails, those.
import { execFile } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { makeMail } from '../../helpers/make-mail.ts';
import { seededBytes } from '../../helpers/seeded-bytes.ts';
import { median } from '../measure.ts';
import type { ParseFigures } from '../parse-with.ts';
import type { Goal, Report, Row } from '../report.ts';
import type { WorkFolder } from '../work-folder.ts';

const runner = new URL('../parse-with.ts', import.meta.url).pathname;
const PARSERS = ['lanceur', 'mailparser', 'postal-mime'] as const;
const ROUNDS = 3;
const run = promisify(execFile);

type Parser = (typeof PARSERS)[number];
type Mails = { readonly what: string; readonly folder: string; readonly isBase64: boolean };

export async function runParsers(work: WorkFolder): Promise<Report> {
  const rows: Row[] = [];
  const goals: Goal[] = [];
  const given = process.env['BENCH_MAILS'];
  const own = given === undefined ? [] : [{ what: 'mails given', folder: given, isBase64: false }];
  for (const mails of [mailsOf5Mb(work), oneOf200Mb(work), ...own]) {
    const figures = await compare(mails.folder);
    const rate = (parser: Parser) => median(figures[parser].map((one) => one.megabytes / one.cpuS));
    const of = (parser: Parser, key: keyof ParseFigures) =>
      median(figures[parser].map((one) => one[key]));
    for (const parser of PARSERS) {
      rows.push({
        label: `${parser}, ${mails.what}: ${rate(parser).toFixed(0)} MB/s`,
        wallS: of(parser, 'wallS'),
        cpuS: of(parser, 'cpuS'),
        rssMiB: of(parser, 'rssMiB'),
      });
    }
    if (!mails.isBase64) continue;
    // CPU per byte, so that less is better as in every other goal.
    const value = rate('mailparser') / rate('lanceur');
    goals.push({ text: `${mails.what}: CPU / mailparser`, value, limit: 0.334, unit: '×' });
    const rssMiB = of('lanceur', 'rssMiB');
    goals.push({ text: `${mails.what}: peak memory`, value: rssMiB, limit: 120, unit: 'MiB' });
  }
  return { title: 'Parsers alone', rows, goals };
}

async function compare(folder: string): Promise<Record<Parser, ParseFigures[]>> {
  const found: Record<Parser, ParseFigures[]> = { lanceur: [], mailparser: [], 'postal-mime': [] };
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const parser of PARSERS) {
      const { stdout } = await run(process.execPath, [runner, parser, folder]);
      found[parser].push(JSON.parse(stdout) as ParseFigures);
    }
  }
  return found;
}

function mailsOf5Mb(work: WorkFolder): Mails {
  const folder = work.fresh('mails');
  mkdirSync(folder, { recursive: true });
  for (let index = 0; index < 40; index += 1) {
    const content = seededBytes(5 * 1024 * 1024, index + 1);
    const raw = makeMail({ subject: `n° ${index}`, attachments: [{ name: 'a.pdf', content }] });
    writeFileSync(join(folder, `${index}.eml`), raw);
  }
  return { what: '40 mails of 5 MB', folder, isBase64: true };
}

function oneOf200Mb(work: WorkFolder): Mails {
  const folder = join(work.fresh('huge'), 'one');
  mkdirSync(folder, { recursive: true });
  const content = seededBytes(200 * 1024 * 1024, 9);
  const raw = makeMail({ attachments: [{ name: 'grand.pdf', content }] });
  writeFileSync(join(folder, 'grand.eml'), raw);
  return { what: 'one mail of 200 MB', folder, isBase64: true };
}
