// The outbox against nodemailer's own pool, which keeps nothing, on a real exim; a start with a long queue; and the memory
// that one large attachment costs.
import { createTransport } from 'nodemailer';
import { randomBytes } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { OutboxId } from '#contract/ids';
import { createSystemClock } from '../../../src-main/core/clock.ts';
import { createCore } from '../../../src-main/core/create-core.ts';
import { openStore } from '../../../src-main/core/store/store.ts';
import { memoryLogger } from '../../helpers/memory-logger.ts';
import { startExim } from '../../servers/exim.ts';
import { median, time } from '../measure.ts';
import { configure, lanceur } from '../program.ts';
import type { Report } from '../report.ts';
import type { WorkFolder } from '../work-folder.ts';
import { quietPorts } from '../../helpers/quiet-ports.ts';

const MESSAGES = Number(process.env['BENCH_MESSAGES'] ?? 1000);
const BYTES = 50_000;
const QUEUED = 10_000;
const LARGE = 100 * 1024 * 1024;
const ROUNDS = 3;

export async function runOutbox(work: WorkFolder): Promise<Report> {
  const exim = await startExim();
  try {
    const folder = work.fresh('files');
    mkdirSync(folder, { recursive: true });
    const file = join(folder, 'piece.pdf');
    writeFileSync(file, randomBytes(BYTES));
    const [bare, ours]: [Spent[], Spent[]] = [[], []];
    for (let round = -1; round < ROUNDS; round += 1) {
      const spent = [
        await sendBare(exim.port, file),
        await sendOurs(work, exim.port, file),
      ] as const;
      if (round < 0) continue;
      bare.push(spent[0]);
      ours.push(spent[1]);
    }
    const [pool, outbox] = [medians(bare), medians(ours)];
    const empty = await startUp(work, 0);
    const full = await startUp(work, QUEUED);
    const large = await sendLarge(work, exim.port);
    return {
      title: `Outbox: ${MESSAGES} messages of ${BYTES / 1000} kB; ${QUEUED} queued; 100 MiB attached`,
      rows: [
        { label: 'nodemailer, pool of 3', ...pool },
        { label: 'outbox', ...outbox },
        { label: 'start, nothing queued', wallS: empty },
        { label: `start, ${QUEUED} queued`, wallS: full },
        { label: '100 MiB attachment', ...large },
      ],
      goals: [
        { text: 'outbox / bare pool', value: outbox.wallS / pool.wallS, limit: 1.3, unit: '×' },
        { text: 'start-up, more', value: (full - empty) * 1000, limit: 100, unit: 'ms' },
        { text: 'memory, 100 MiB attached', value: large.rssMiB, limit: 160, unit: 'MiB' },
      ],
    };
  } finally {
    await exim.stop();
  }
}

/** `cpuS`: of this process alone. */
type Spent = { readonly wallS: number; readonly cpuS: number };

const medians = (all: readonly Spent[]): Spent => ({
  wallS: median(all.map((one) => one.wallS)),
  cpuS: median(all.map((one) => one.cpuS)),
});

function meter(): () => Spent {
  const [started, before] = [performance.now(), process.cpuUsage()];
  return () => {
    const { user, system } = process.cpuUsage(before);
    return { wallS: (performance.now() - started) / 1000, cpuS: (user + system) / 1e6 };
  };
}

async function sendBare(port: number, path: string): Promise<Spent> {
  const transport = createTransport({
    pool: true,
    maxConnections: 3,
    host: '127.0.0.1',
    port,
    ignoreTLS: true,
  });
  const spent = meter();
  const mails = Array.from({ length: MESSAGES }, (_, index) =>
    transport.sendMail({
      from: 'mairie@sender.test',
      to: 'clerk@example.org',
      subject: `bare ${index}`,
      text: 'Bonjour',
      attachments: [{ path }],
    }),
  );
  await Promise.all(mails);
  transport.close();
  return spent();
}

/** From the first call to the last message sent: stored, flushed and sent side by side, as a program that serves does. */
async function sendOurs(work: WorkFolder, port: number, path: string): Promise<Spent> {
  const core = await createCore(quietPorts(work.fresh('ours')));
  try {
    await core.call('configuration.import', { configuration: configuration(port) });
    await core.start();
    const spent = meter();
    for (let index = 0; index < MESSAGES; index += 1) {
      await core.call('outbox.send', {
        to: ['clerk@example.org'],
        subject: `ours ${index}`,
        text: 'Bonjour',
        attachments: [{ path }],
      });
    }
    const counts = await core.call('outbox.flush', {});
    const seconds = spent();
    if (Reflect.get(Object(counts), 'sent') !== MESSAGES) throw new Error(JSON.stringify(counts));
    return seconds;
  } finally {
    await core.stop();
  }
}

async function startUp(work: WorkFolder, queued: number): Promise<number> {
  const seconds: number[] = [];
  const dataDir = work.fresh(`start-${queued}`);
  await fill(dataDir, queued);
  for (let round = 0; round < 7; round += 1) {
    const started = performance.now();
    const core = await createCore(quietPorts(dataDir));
    await core.start();
    seconds.push((performance.now() - started) / 1000);
    await core.stop();
  }
  return median(seconds);
}

async function fill(dataDir: string, queued: number): Promise<void> {
  const store = openStore({ dataDir, clock: createSystemClock(), logger: memoryLogger() });
  store.atomically(() => {
    for (let index = 0; index < queued; index += 1) {
      store.outbox.add({
        messageId: `<${index}@bench.test>`,
        onceKey: null,
        serviceType: 'mail',
        serviceId: null,
        serviceName: '',
        asker: { kind: 'person' },
        sender: 'mairie@sender.test',
        replyTo: '',
        subject: `queued ${index}`,
        text: 'x'.repeat(2000),
        html: '',
        recipients: [
          { kind: 'to', name: '', address: 'a@b.fr', state: 'pending', code: null, text: '' },
        ],
        files: [],
        sizeBytes: 2000,
        at: '2100-01-01T00:00:00.000Z',
      });
    }
  });
  if (queued > 0 && store.outbox.get(OutboxId.parse(queued)) === undefined)
    throw new Error('not queued');
  await store.close();
}

/** The whole command, as a script calls it. */
async function sendLarge(work: WorkFolder, port: number) {
  const dir = work.fresh('large');
  mkdirSync(dir, { recursive: true });
  const file = join(dir, 'large.bin');
  writeFileSync(file, randomBytes(LARGE));
  const dataDir = join(dir, 'data');
  configure(dataDir, configuration(port));
  return time(
    lanceur(
      dataDir,
      ...['send', '--to', 'clerk@example.org', '--subject', 'large', '--attach', file, '--wait'],
    ),
  );
}

const configuration = (port: number) => ({
  format: 'lanceur-cold/1',
  connectors: [
    {
      id: 'smtp',
      name: 'exim',
      config: {
        type: 'smtp',
        sender: 'mairie@sender.test',
        server: { host: '127.0.0.1', port, tls: 'none' },
        maxConnections: 3,
      },
    },
  ],
  defaultConnector: 'smtp',
});
