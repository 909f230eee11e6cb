// Sends a folder of mails through the whole program, the way they come in at a site: by IMAP and by POP3 from a real Dovecot, from
// Office 365 by the Graph stand-in, and dropped into a folder as files; and says what became of each.
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { MailTake } from '#contract/model/mail-take';
import type { Item } from '#contract/model/item';
import { startDovecot, type DovecotServer } from '../servers/dovecot.ts';
import { startGraph } from '../servers/graph/graph.ts';
import { graphMessage } from './graph-message.ts';
import { runProgram } from './run-program.ts';

export const WAYS = ['imap', 'pop', 'o365', 'folder'] as const;
export type Way = (typeof WAYS)[number];

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
  if (options.way === 'o365') return throughGraph(options);
  const server = await startDovecot();
  try {
    for (const { raw } of options.posted) await server.deliver(USER, raw);
    return await throughServer(options, server);
  } finally {
    await server.stop();
  }
}

async function throughServer(options: DeliverOptions, server: DovecotServer): Promise<Delivered> {
  const { way, take } = options;
  const port = way === 'imap' ? server.ports.imap : server.ports.pop3;
  const address = { host: '127.0.0.1', port, tls: 'none' };
  const source = { protocol: way, server: address, accountId: 'acc', take };
  const run = await runOnce(options, source);
  // Dovecot numbers in the order of delivery, and its UIDL begins with that number in hexadecimal.
  const order = (item: Item) =>
    way === 'pop' ? parseInt(item.key.slice(0, 8), 16) : Number(/(\d+)$/.exec(item.key)?.[1]);
  return { ...run, items: named(run.items, (item) => options.posted[order(item) - 1]?.name) };
}

async function throughGraph(options: DeliverOptions): Promise<Delivered> {
  const graph = await startGraph();
  try {
    const mailbox = graph.mailbox(USER);
    graph.accept('secret', { user: USER });
    const names = new Map<string, string>();
    for (const { name, raw } of options.posted) {
      names.set(mailbox.add(await graphMessage(raw)).immutableId, name);
    }
    const source = { protocol: 'o365', accountId: 'acc', take: options.take };
    const run = await runOnce(options, source, graph.url);
    return { ...run, items: named(run.items, (item) => names.get(item.key)) };
  } finally {
    await graph.stop();
  }
}

function named(items: readonly Item[], nameOf: (item: Item) => string | undefined) {
  const found = new Map<string, Item>();
  for (const item of items) {
    const name = nameOf(item);
    if (name !== undefined) found.set(name, item);
  }
  return found;
}

async function throughFolder(options: DeliverOptions): Promise<Delivered> {
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
  const run = await runOnce(options, source);
  return { ...run, items: named(run.items, (item) => names.get(item.key)) };
}

async function runOnce(
  { dir, maxItemBytes = 0 }: DeliverOptions,
  source: object,
  graphUrl: string | null = null,
) {
  const target = join(dir, 'cold');
  mkdirSync(target, { recursive: true });
  const job = {
    ...{ id: 'job', name: 'corpus', backPressure: { minFreeBytes: 0 } },
    destination: { kind: 'folder', path: target },
  };
  const launcher = {
    ...{ id: 'corpus', description: 'corpus', source, limits: { maxItemBytes } },
    affiliations: [{ jobId: 'job', extensions: [] }],
  };
  const account = { id: 'acc', name: 'corpus', user: USER };
  const signIn = graphUrl === null ? { secretEnv: 'BENCH_SECRET' } : { method: 'token' };
  const end = await runProgram({
    ...{ dataDir: join(dir, 'data'), launcherId: 'corpus', graphUrl },
    configuration: {
      format: 'lanceur-cold/1',
      accounts: [{ ...account, ...signIn }],
      ...{ jobs: [job], launchers: [launcher] },
    },
  });
  return { ...end, strays: straysIn(dir) };
}

const OWN = new Set(['cold', 'data', 'inbox']);

function straysIn(dir: string): readonly string[] {
  const inside = readdirSync(join(dir, 'cold'), { withFileTypes: true });
  const folders = inside.filter((one) => !one.isFile()).map(({ name }) => `cold/${name}`);
  return [...readdirSync(dir).filter((name) => !OWN.has(name)), ...folders];
}
