// Makes a frozen database of the present version, as SQL text: `node test/core/store/freeze-store.ts` writes
// test/fixtures/store/v<version>.sql. To be run before a release; what is there already is never made again.
// The rows come from real runs: something delivered, filtered, unrouted, in quarantine, and a mailbox that is away.
import Database from 'better-sqlite3';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createCore } from '../../../src-main/core/create-core.ts';
import { quietPorts } from '../../helpers/quiet-ports.ts';

const dir = mkdtempSync(join(tmpdir(), 'cold-freeze-'));
try {
  await live(dir);
  const { version, sql } = dump(join(dir, 'data', 'lanceur.db'), dir);
  const file = new URL(`../../fixtures/store/v${version}.sql`, import.meta.url).pathname;
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, sql, { flag: 'wx' });
  process.stdout.write(`${file}\n`);
} finally {
  rmSync(dir, { recursive: true });
}

async function live(root: string): Promise<void> {
  const folders = { data: join(root, 'data'), in: join(root, 'in'), out: join(root, 'out') };
  for (const folder of Object.values(folders)) mkdirSync(folder);
  const core = await createCore(quietPorts(folders.data));
  await core.call('configuration.import', {
    configuration: configuration(folders.in, folders.out),
    secrets: { box: 'a password' },
  });
  writeFileSync(join(folders.in, 'facture é.pdf'), '%PDF-1.4 first\n%%EOF');
  writeFileSync(join(folders.in, 'second.pdf'), '%PDF-1.4 second\n%%EOF');
  writeFileSync(join(folders.in, 'notes.txt'), 'left out by the filter');
  writeFileSync(join(folders.in, 'unrouted.xml'), '<nobody/>');
  writeFileSync(join(folders.in, 'large.pdf'), Buffer.alloc(5000, 'x'));
  for (const id of ['scanner', 'mail', 'unsigned', 'scanner']) {
    await core.call('runs.runToEnd', { id, once: true });
  }
  await core.call('launchers.setPaused', { id: 'mail', paused: true });
  await core.stop();
}

function configuration(source: string, path: string) {
  const affiliations = [{ jobId: 'job', extensions: ['pdf'] }];
  const server = { host: '127.0.0.1', port: 1, tls: 'none' };
  return {
    format: 'lanceur-cold/1',
    accounts: [
      { id: 'box', name: 'Boîte', user: 'factures@example.org' },
      { id: 'bare', name: 'Sans secret', user: 'mairie@example.org' },
    ],
    jobs: [{ id: 'job', number: 87, name: 'cold factures', destination: { kind: 'folder', path } }],
    launchers: [
      {
        id: 'scanner',
        description: 'Scanner',
        source: { protocol: 'folder', path: source, fate: { kind: 'archive' } },
        filter: { include: '*.pdf;*.xml' },
        limits: { maxItemBytes: 4000 },
        affiliations,
      },
      {
        id: 'mail',
        description: 'Courrier',
        source: { protocol: 'imap', server, accountId: 'box' },
        affiliations,
      },
      {
        id: 'unsigned',
        description: 'En pause',
        source: { protocol: 'imap', server, accountId: 'bare' },
        affiliations,
      },
    ],
  };
}

function dump(file: string, root: string): { readonly version: number; readonly sql: string } {
  const db = new Database(file, { readonly: true });
  const version = db.pragma('user_version', { simple: true }) as number;
  const list = db.pragma('table_list') as { name: string; type: string }[];
  const named = (type: string) => list.flatMap((one) => (one.type === type ? one.name : []));
  // An index of words makes its own tables, and is filled anew by the program.
  const shadows = named('shadow');
  const objects = (
    db
      .prepare(
        `SELECT tbl_name, sql FROM sqlite_schema WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite_%'`,
      )
      .all() as { tbl_name: string; sql: string }[]
  ).flatMap((one) => (shadows.includes(one.tbl_name) ? [] : one.sql));
  const tables = named('table').filter((name) => !name.startsWith('sqlite_'));
  const rows = tables.flatMap((table) => insertsOf(db, table));
  db.close();
  // Rows may come before those they refer to.
  const lines = [
    'PRAGMA foreign_keys = OFF;',
    ...objects.map((one) => `${one};`),
    ...rows,
    `PRAGMA user_version = ${version};`,
  ];
  return { version, sql: `${lines.join('\n').replaceAll(root, '/srv/cold')}\n` };
}

function insertsOf(db: Database.Database, table: string): string[] {
  const columns = (db.pragma(`table_info(${table})`) as { name: string }[]).map(({ name }) => name);
  const values = columns.map((name) => `quote(${name})`).join(` || ', ' || `);
  const wanted = table === 'meta' ? `WHERE key NOT LIKE 'words.%'` : '';
  const found = db.prepare(`SELECT ${values} FROM ${table} ${wanted}`).pluck().all() as string[];
  return found.map((row) => `INSERT INTO ${table} (${columns.join(', ')}) VALUES (${row});`);
}
