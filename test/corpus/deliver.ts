// Sends a folder of mails through the whole program, the way they come in at a site: by IMAP and by POP3 from a real Dovecot, and
// dropped into a folder as files; and says what became of each.
import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { MailTake } from '#contract/model/mail-take';
import type { Item } from '#contract/model/item';
import { startDovecot, type DovecotServer } from '../servers/dovecot.ts';
import type { ProgramEnd, ProgramOrder } from './program.ts';

export type Way = 'imap' | 'pop' | 'folder';
export const WAYS: readonly Way[] = ['imap', 'pop', 'folder'];

/** One mail to send: the name it is known by, and its bytes as a mail. */
export type Posted = { readonly name: string; readonly raw: Buffer };

export type Delivered = {
  /** By the name of the mail; missing = the program never saw it. */
  readonly items: ReadonlyMap<string, Item>;
  readonly seconds: number;
  /** Of the program alone. */
  readonly peakMiB: number;
  /** Files that are neither documents in the target nor the program's own data. */
  readonly strays: readonly string[];
};

export type DeliverOptions = {
  readonly way: Way;
  readonly posted: readonly Posted[];
  readonly take: Partial<MailTake>;
  /** An empty folder, removed by the caller. */
  readonly dir: string;
  readonly maxItemBytes?: number;
};

const USER = 'corpus@example.org';

/** Documents lie in `dir`/cold afterwards. */
export async function deliverThrough(options: DeliverOptions): Promise<Delivered> {
  if (options.way === 'folder') return throughFolder(options);
  const server = await startDovecot();
  try {
    for (const { raw } of options.posted) await server.deliver(USER, raw);
    return throughServer(options, server);
  } finally {
    await server.stop();
  }
}

function throughServer(options: DeliverOptions, server: DovecotServer): Delivered {
  const { way, take } = options;
  const port = way === 'imap' ? server.ports.imap : server.ports.pop3;
  const address = { host: '127.0.0.1', port, tls: 'none' };
  const source = { protocol: way, server: address, accountId: 'acc', take };
  const run = runOnce(options, source);
  // Dovecot numbers in the order of delivery, and its UIDL begins with that number in hexadecimal.
  const order = (item: Item) =>
    way === 'pop' ? parseInt(item.key.slice(0, 8), 16) : Number(/(\d+)$/.exec(item.key)?.[1]);
  const items = new Map<string, Item>();
  for (const item of run.items) {
    const posted = options.posted[order(item) - 1];
    if (posted) items.set(posted.name, item);
  }
  return { ...run, items };
}

function throughFolder(options: DeliverOptions): Delivered {
  const inbox = join(options.dir, 'inbox');
  mkdirSync(inbox);
  const names = new Map<string, string>();
  for (const [index, { name, raw }] of options.posted.entries()) {
    const extension = name.endsWith('.msg') ? 'msg' : 'eml';
    const file = `${String(index).padStart(4, '0')}.${extension}`;
    names.set(file, name);
    writeFileSync(join(inbox, file), raw);
  }
  const mails = { open: true, take: options.take };
  const source = { protocol: 'folder', path: inbox, mails, fate: { kind: 'leave' } };
  const run = runOnce(options, source);
  const items = new Map<string, Item>();
  for (const item of run.items) {
    const name = names.get(item.key);
    if (name !== undefined) items.set(name, item);
  }
  return { ...run, items };
}

function runOnce({ dir, maxItemBytes = 0 }: DeliverOptions, source: object) {
  const target = join(dir, 'cold');
  mkdirSync(target, { recursive: true });
  const result = join(dir, 'data', 'end.json');
  const job = {
    ...{ id: 'job', name: 'corpus', backPressure: { minFreeBytes: 0 } },
    destination: { kind: 'folder', path: target },
  };
  const launcher = {
    ...{ id: 'corpus', description: 'corpus', source, limits: { maxItemBytes } },
    affiliations: [{ jobId: 'job', extensions: [] }],
  };
  const order: ProgramOrder = {
    ...{ dataDir: join(dir, 'data'), secrets: { acc: 'secret' }, launcherId: 'corpus', result },
    configuration: {
      format: 'lanceur-cold/1',
      accounts: [{ id: 'acc', name: 'corpus', user: USER }],
      ...{ jobs: [job], launchers: [launcher] },
    },
  };
  const program = new URL('./program.ts', import.meta.url).pathname;
  const child = spawnSync(process.execPath, [program, JSON.stringify(order)], { stdio: 'inherit' });
  if (child.status !== 0) throw new Error(`the program ended with ${child.status ?? child.signal}`);
  const end = JSON.parse(readFileSync(result, 'utf8')) as ProgramEnd & { items: Item[] };
  return { ...end, strays: straysIn(dir) };
}

const OWN = new Set(['cold', 'data', 'inbox']);

function straysIn(dir: string): readonly string[] {
  const inside = readdirSync(join(dir, 'cold'), { withFileTypes: true });
  const folders = inside.filter((one) => !one.isFile()).map(({ name }) => `cold/${name}`);
  return [...readdirSync(dir).filter((name) => !OWN.has(name)), ...folders];
}
