// A mailbox of 50,000 with nothing new: the whole command against mbsync, and the CPU of one poll inside `serve`.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { fillMailbox } from '../mailboxes.ts';
import { measure, time } from '../measure.ts';
import { configure, lanceur, oneLauncher } from '../program.ts';
import type { Report } from '../report.ts';
import { mbsync } from '../rivals.ts';
import type { WorkFolder } from '../work-folder.ts';
import { startDovecot } from '../../servers/dovecot.ts';
import { newScheduleRow } from '#contract/model/schedule';

const POLLS_S = 20;

export async function runNothingNew(work: WorkFolder): Promise<Report> {
  const server = await startDovecot();
  try {
    await fillMailbox(server, { user: 'many', mails: 50_000, attachmentBytes: 0 });
    const port = server.ports.imap;
    const dataDir = work.fresh('data');
    const address = { host: 'localhost', port, tls: 'none' };
    const source = { protocol: 'imap', server: address, accountId: 'acc' };
    const base = oneLauncher(work.fresh('cold'), source);
    const accounts = [{ id: 'acc', name: 'bench', user: 'many', secretEnv: 'BENCH_SECRET' }];
    configure(dataDir, { ...base, accounts });
    await time(lanceur(dataDir, 'run', 'bench', '--once'));
    const rival = mbsync({ folder: work.fresh('mbsync'), server, user: 'many', port, tls: false });
    await time(rival);
    const nothing = (): void => undefined;
    const figures = await measure(
      [
        {
          label: 'lanceur run',
          prepare: nothing,
          command: () => lanceur(dataDir, 'run', 'bench', '--once'),
        },
        { label: 'mbsync', prepare: nothing, command: () => rival },
        { label: 'node alone', prepare: nothing, command: () => [process.execPath, '-e', '0'] },
      ],
      7,
    );
    const pollMs = await pollCpu(dataDir);
    const wall = (label: string): number => figures.get(label)?.wallS ?? NaN;
    return {
      title: 'Nothing new in a mailbox of 50,000',
      rows: [...figures].map(([label, found]) => ({ label, ...found })),
      goals: [
        {
          text: 'wall / mbsync',
          value: wall('lanceur run') / wall('mbsync'),
          limit: 2.5,
          unit: '×',
        },
        {
          text: 'CPU of a poll inside serve, new connection',
          value: pollMs,
          limit: 15,
          unit: 'ms',
        },
      ],
    };
  } finally {
    await server.stop();
  }
}

/** CPU of `serve` over a while of a poll each second, less that of the same while without polls. */
async function pollCpu(dataDir: string): Promise<number> {
  const [command, ...args] = lanceur(dataDir, 'export');
  const exported = spawn(command, args);
  let text = '';
  exported.stdout.on('data', (chunk: Buffer) => (text += chunk.toString()));
  await once(exported, 'close');
  const configuration = JSON.parse(text) as { launchers: object[] };
  const idle = await serveCpu(dataDir);
  const every = newScheduleRow({ seconds: '*' });
  const launchers = configuration.launchers.map((one) => ({ ...one, schedule: [every] }));
  configure(dataDir, { ...configuration, launchers });
  const polling = await serveCpu(dataDir);
  return ((polling - idle) * 1000) / POLLS_S;
}

async function serveCpu(dataDir: string): Promise<number> {
  const [command, ...args] = lanceur(dataDir, 'serve');
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  try {
    await once(child.stdout, 'data');
    await new Promise((resolve) => setTimeout(resolve, 3000));
    const before = cpuSeconds(child.pid ?? 0);
    await new Promise((resolve) => setTimeout(resolve, POLLS_S * 1000));
    return cpuSeconds(child.pid ?? 0) - before;
  } finally {
    child.kill('SIGTERM');
    await once(child, 'exit');
  }
}

/** User and system time of a process (fields 14 and 15 of /proc/PID/stat, in ticks of 10 ms). */
export function cpuSeconds(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'latin1')
    .replace(/^.*\) /, '')
    .split(' ');
  return (Number(fields[11]) + Number(fields[12])) / 100;
}
