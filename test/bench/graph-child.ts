// What the Graph cases time, each in a process of its own: the whole program over an Office 365 mailbox, a bare fetch loop
// with as many connections, and the sending of one large message. Prints its own figures, start-up left out.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
// As the program does: no schema is compiled to code.
import '../../src-main/contract/zod-setup.ts';
import { AccountId, ConnectorId } from '../../src-main/contract/ids.ts';
import { Connector } from '../../src-main/contract/model/router.ts';
import type { Run } from '../../src-main/contract/model/run.ts';
import { createSystemClock } from '../../src-main/core/clock.ts';
import { createCore } from '../../src-main/core/create-core.ts';
import { createTraffic } from '../../src-main/core/graph/graph-traffic.ts';
import { askHttp } from '../../src-main/core/net/ask-http.ts';
import { createOffice365Connector } from '../../src-main/core/router/connectors/office365.ts';
import { memoryLogger } from '../helpers/memory-logger.ts';
import { sourcesWithGraph } from '../servers/graph/graph-source-type.ts';
import { quietPorts } from '../helpers/quiet-ports.ts';

export type GraphOrder = {
  readonly what: 'run' | 'drain' | 'send';
  readonly url: string;
  readonly user: string;
  readonly dir: string;
  /** `run`: that many runs, the last one timed. */
  readonly runs: number;
  /** `send`: of the attachment. */
  readonly bytes: number;
};

export type GraphFigures = {
  readonly wallMs: number;
  readonly cpuMs: number;
  readonly rssMiB: number;
  readonly documents: number;
};

const order = JSON.parse(process.argv[2] ?? '{}') as GraphOrder;
const work = { run, drain, send }[order.what];
const { documents, wallMs, cpuMs } = await work();
// Not maxRSS of getrusage: that begins with the parent's.
const peak = /VmHWM:\s+(\d+)/.exec(readFileSync('/proc/self/status', 'utf8'))?.[1];
const rssMiB = Number(peak) / 1024;
process.stdout.write(JSON.stringify({ documents, wallMs, cpuMs, rssMiB } satisfies GraphFigures));
process.exit(0);

type Timed = Omit<GraphFigures, 'rssMiB'>;

async function timed(task: () => Promise<number>): Promise<Timed> {
  const cpu = process.cpuUsage();
  const since = performance.now();
  const documents = await task();
  const { user, system } = process.cpuUsage(cpu);
  return { documents, wallMs: performance.now() - since, cpuMs: (user + system) / 1000 };
}

async function run(): Promise<Timed> {
  const target = join(order.dir, 'cold');
  const dataDir = join(order.dir, 'data');
  mkdirSync(target, { recursive: true });
  mkdirSync(dataDir, { recursive: true });
  const core = await createCore(quietPorts(dataDir), {
    loadSourceType: sourcesWithGraph(order.url),
  });
  const configuration = {
    format: 'lanceur-cold/1',
    accounts: [{ id: 'acc', name: 'acc', user: order.user, method: 'token' }],
    jobs: [{ id: 'job', name: 'job', destination: { kind: 'folder', path: target } }],
    launchers: [
      {
        id: 'launcher',
        description: 'bench',
        source: { protocol: 'o365', accountId: 'acc' },
        affiliations: [{ jobId: 'job', extensions: [] }],
      },
    ],
  };
  await core.call('configuration.import', { configuration, secrets: { acc: 'token' } });
  const once = async (): Promise<number> => {
    const input = { id: 'launcher', once: true };
    const { counts } = (await core.call('runs.runToEnd', input)) as Run;
    return counts.documents;
  };
  for (let index = 1; index < order.runs; index += 1) await once();
  const figures = await timed(once);
  await core.stop();
  return figures;
}

type Page = {
  readonly value: readonly {
    readonly id: string;
    readonly attachments: readonly { readonly id: string }[];
  }[];
  readonly '@odata.nextLink'?: string;
};

/** Names and bytes, nothing else: no ledger, no flush, no hash, no rename. */
function drain(): Promise<Timed> {
  mkdirSync(order.dir, { recursive: true });
  const root = `${order.url}/v1.0/me`;
  const headers = { authorization: 'Bearer token', prefer: 'IdType="ImmutableId"' };
  return timed(async () => {
    const urls: string[] = [];
    let next: string | undefined =
      `${root}/mailFolders/inbox/messages?$select=id&$expand=attachments($select=id)&$top=100`;
    while (next !== undefined) {
      const page = (await (await fetch(next, { headers })).json()) as Page;
      for (const { id, attachments } of page.value) {
        for (const one of attachments)
          urls.push(`${root}/messages/${id}/attachments/${one.id}/$value`);
      }
      next = page['@odata.nextLink'];
    }
    const queue = urls.entries();
    const worker = async (): Promise<void> => {
      for (const [index, url] of queue) {
        const answer = await fetch(url, { headers });
        writeFileSync(join(order.dir, `${index}.pdf`), Buffer.from(await answer.arrayBuffer()));
      }
    };
    await Promise.all([worker(), worker(), worker(), worker()]);
    return urls.length;
  });
}

async function send(): Promise<Timed> {
  const base = `${order.url}/v1.0`;
  const open = createOffice365Connector({
    bases: { global: base, usGov: base, usDod: base, china: base },
    traffic: createTraffic(),
    askHttp,
  });
  const connector = open({
    connector: Connector.parse({
      id: ConnectorId.parse('connector'),
      name: 'Office 365',
      config: { type: 'office365', accountId: AccountId.parse('acc') },
      createdAt: '2026-01-05T08:00:00.000Z',
      changedAt: '2026-01-05T08:00:00.000Z',
    }),
    credentials: () => Promise.resolve({ user: order.user, method: 'token', secret: 'token' }),
    spoolDir: order.dir,
    clock: createSystemClock(),
    logger: memoryLogger(),
    checkpoint: () => undefined,
  });
  return await timed(async () => {
    const outcome = await connector.send(
      {
        messageId: '<bench@mairie.example>',
        subject: 'bench',
        from: order.user,
        envelope: { sender: order.user, recipients: ['jean@example.org'] },
        estimatedBytes: Math.ceil(order.bytes * 1.4),
        open: () => Readable.from(largeMime(order.bytes), { objectMode: false }),
        needsUtf8: false,
        committing: () => Promise.resolve(),
      },
      new AbortController().signal,
    );
    if (outcome.certainty !== 'sent') throw new Error(outcome.error.message);
    return 1;
  });
}

function* largeMime(bytes: number): Generator<Buffer> {
  yield Buffer.from(
    [
      `From: ${order.user}\r\nTo: jean@example.org\r\nSubject: bench\r\nMessage-ID: <bench@mairie.example>`,
      'MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary="b"\r\n',
      '--b\r\nContent-Type: text/plain\r\n\r\nBonjour',
      '--b\r\nContent-Type: application/pdf; name="plan.pdf"\r\nContent-Disposition: attachment; filename="plan.pdf"',
      'Content-Transfer-Encoding: base64\r\n\r\n',
    ].join('\r\n'),
  );
  const line = `${Buffer.alloc(57, 7).toString('base64')}\r\n`;
  const block = Buffer.from(line.repeat(800));
  for (let left = bytes; left > 0; left -= 57 * 800) yield block;
  yield Buffer.from('--b--\r\n');
}
