// `npm run demo`: the main job on sample documents, with the built program as a user runs it. A throw-away data
// folder, a folder launcher, and an IMAP launcher against a small mail server on loopback; then what went where.
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import type { Item } from '#contract/model/item';
import { sayReason } from '#contract/texts/say-reason';
import { createTexts, type Messages } from '#contract/texts/texts';
import { runProgram } from './run-program.ts';
import { sampleFiles, sampleMails } from './samples.ts';
import { startScriptedImap } from '../servers/scripted-imap.ts';

const place = mkdtempSync(join(tmpdir(), 'lanceur-demo-'));
const dataDir = join(place, 'data');
const input = join(place, 'scanner');
const jobs = { invoices: join(place, 'cold-87'), clients: join(place, 'cold-69') };
for (const folder of [input, jobs.invoices, jobs.clients]) mkdirSync(folder);
for (const [name, content] of Object.entries(sampleFiles()))
  writeFileSync(join(input, name), content);
const server = await startScriptedImap({ messages: sampleMails() });

const configuration = {
  format: 'lanceur-cold/1',
  accounts: [
    { id: 'factures', name: 'factures@mairie.example', user: 'factures', secretEnv: 'DEMO_SECRET' },
  ],
  jobs: [
    {
      id: 'j87',
      number: 87,
      name: 'cold facturesfournisseurs',
      destination: { kind: 'folder', path: jobs.invoices },
      sidecar: 'json',
    },
    {
      id: 'j69',
      number: 69,
      name: 'cold documentsclients',
      destination: { kind: 'folder', path: jobs.clients },
    },
  ],
  launchers: [
    {
      id: 'scanner',
      description: 'Scanner',
      source: { protocol: 'folder', path: input },
      filter: { include: '*.*', exclude: '*.db' },
      affiliations: [
        { jobId: 'j87', extensions: ['pdf'] },
        { jobId: 'j69', extensions: ['tif', 'xml'] },
      ],
    },
    {
      id: 'courrier',
      description: 'Courrier',
      source: {
        protocol: 'imap',
        server: { host: '127.0.0.1', port: server.port, tls: 'none' },
        accountId: 'factures',
        fate: { kind: 'mark' },
      },
      filter: { include: '*.pdf' },
      affiliations: [{ jobId: 'j87', extensions: ['pdf'] }],
    },
  ],
};

try {
  const file = join(place, 'configuration.json');
  writeFileSync(file, JSON.stringify(configuration, null, 2));
  const program = runProgram(dataDir, { DEMO_SECRET: 'secret' });
  await program('import', file);
  const status = await program('run');
  const items = JSON.parse((await program.quietly('items', '--json')).out) as Item[];
  process.exitCode = report(items) && status === 0 ? 0 : 1;
} finally {
  await server.stop();
  rmSync(place, { recursive: true, force: true });
}

/** Prints one line per item and the totals; false where something is not as it should be. */
function report(items: readonly Item[]): boolean {
  const rows = items
    .toReversed()
    .flatMap((item) =>
      item.documents.length === 0
        ? [[item.title, '—', left(item)]]
        : item.documents.map((one) => [item.title, one.originalName, where(one.finalPath)]),
    );
  const head = ['from', 'document', 'went to'];
  const widths = head.map((title, column) =>
    Math.max(title.length, ...rows.map((row) => (row[column] ?? '').length)),
  );
  const line = (row: readonly string[]): string =>
    row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  ');
  const delivered = items.flatMap((item) => item.documents);
  const leftOut = items.filter((item) => item.documents.length === 0);
  const inPlace = Object.values(jobs).flatMap((folder) => readdirSync(folder));
  const found = delivered.filter((one) => inPlace.includes(basename(one.finalPath)));
  process.stdout.write(`\n${[head, ...rows].map(line).join('\n')}\n\n`);
  process.stdout.write(
    `${items.length} items seen, ${delivered.length} documents delivered, ${found.length} of them found in their COLD job, ${leftOut.length} left out by the filter\n`,
  );
  return delivered.length === 5 && found.length === 5;
}

/** In the language of the table, as all that the demo prints. */
function left({ reason, state }: Item): string {
  const locale = new URL('../../resources/locales/en.json', import.meta.url);
  const messages = JSON.parse(readFileSync(locale, 'utf8')) as Messages;
  const texts = createTexts({ language: 'en', messages });
  return reason === null ? texts.say(`itemState.${state}`) : sayReason(texts, reason);
}

function where(path: string): string {
  return `${basename(dirname(path))}/${basename(path)}`;
}
