// `npm run bench [-- CASE …]`: the built program against rivals and limits, pairs compared in one run. Prints tables,
// and JSON to bench-results.json in the system's temporary folder. Exit 1 where a goal is missed.
import { writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { folderCases, runFolderCase } from './cases/folder.ts';
import { runGraphLarge, runGraphSmall } from './cases/graph.ts';
import { runGigabyte } from './cases/gigabyte.ts';
import { imapCases, runImapCase } from './cases/imap.ts';
import { runLedger } from './cases/ledger.ts';
import { runLook } from './cases/look.ts';
import { runNothingNew } from './cases/nothing-new.ts';
import { runOutbox } from './cases/outbox.ts';
import { runParsers } from './cases/parsers.ts';
import { popCases, runPopCase } from './cases/pop.ts';
import { runServe } from './cases/serve.ts';
import { print, type Report } from './report.ts';
import { makeWorkFolder, type WorkFolder } from './work-folder.ts';

type Case = (work: WorkFolder) => Promise<Report>;

const cases: Readonly<Record<string, Case>> = {
  ...Object.fromEntries(
    Object.entries(imapCases).map(([name, one]): [string, Case] => [
      name,
      (work) => runImapCase(one, work),
    ]),
  ),
  ...Object.fromEntries(
    Object.entries(popCases).map(([name, one]): [string, Case] => [
      name,
      (work) => runPopCase(one, work),
    ]),
  ),
  gigabyte: runGigabyte,
  parsers: runParsers,
  'nothing-new': runNothingNew,
  ...Object.fromEntries(
    Object.entries(folderCases).map(([name, one]): [string, Case] => [
      name,
      (work) => runFolderCase(one, work),
    ]),
  ),
  'folder-look': runLook,
  'o365-small': runGraphSmall,
  'o365-large': runGraphLarge,
  serve: runServe,
  ledger: runLedger,
  outbox: runOutbox,
};

const wanted = process.argv.slice(2);
const unknown = wanted.filter((name) => cases[name] === undefined);
if (unknown.length > 0) {
  process.stderr.write(`unknown: ${unknown.join(', ')}; known: ${Object.keys(cases).join(', ')}\n`);
  process.exit(2);
}
const reports: Report[] = [];
for (const [name, one] of Object.entries(cases)) {
  if (wanted.length > 0 && !wanted.includes(name)) continue;
  const work = makeWorkFolder(process.env['BENCH_FOLDER'] ?? tmpdir());
  try {
    const report = await one(work);
    print(report);
    reports.push(report);
  } finally {
    work.remove();
  }
}
const file = join(tmpdir(), 'bench-results.json');
writeFileSync(file, JSON.stringify(reports, null, 2));
process.stdout.write(`\n${file}\n`);
const missed = reports
  .flatMap((report) => report.goals)
  .filter((goal) => !(goal.value <= goal.limit));
process.exit(missed.length > 0 ? 1 : 0);
