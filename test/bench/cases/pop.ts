// POP3 mailboxes: the whole program run once, against mpop, which only stores raw mails, and mpop with ripmime behind it, which
// takes them apart one process a mail.
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fillMailbox, type MailboxPlan } from '../mailboxes.ts';
import { type Candidate, measure, time } from '../measure.ts';
import { configure, expectFiles, lanceur, oneLauncher } from '../program.ts';
import type { Goal, Report } from '../report.ts';
import type { WorkFolder } from '../work-folder.ts';
import { startDovecot } from '../../servers/dovecot.ts';
import { startFaultProxy } from '../../servers/fault-proxy.ts';

type PopCase = {
  readonly title: string;
  readonly plan: MailboxPlan;
  readonly roundTripMs?: number;
  /** Against mpop, and (at most) against mpop with ripmime. */
  readonly wallRatio: number;
  readonly ripmimeRatio?: number;
  readonly rssMiB: number;
  readonly rounds: number;
  /** Everything is known before the clock starts. */
  readonly nothingNew?: true;
};

const small = { user: 'small', mails: 2000, attachmentBytes: 61_440 };
const large = { user: 'large', mails: 200, attachmentBytes: 5 * 1024 * 1024 };
const few = { user: 'few', mails: 500, attachmentBytes: 61_440 };
const huge = { user: 'huge', mails: 1, attachmentBytes: 200 * 1024 * 1024 };
const many = { user: 'many', mails: 50_000, attachmentBytes: 0 };

export const popCases: Readonly<Record<string, PopCase>> = {
  'pop-small': {
    ...{ title: 'POP3, 2,000 mails with a 60 KB PDF', plan: small, rounds: 5 },
    ...{ wallRatio: 1.2, ripmimeRatio: 0.25, rssMiB: 160 },
  },
  'pop-large': {
    ...{ title: 'POP3, 200 mails with 5 MB', plan: large, rounds: 3 },
    ...{ wallRatio: 1.2, ripmimeRatio: 0.25, rssMiB: 160 },
  },
  'pop-rtt': {
    ...{ title: 'POP3, 500 mails, 40 ms round trip', plan: few, roundTripMs: 40, rounds: 5 },
    ...{ wallRatio: 1.2, rssMiB: 160 },
  },
  'pop-huge': {
    ...{ title: 'POP3, one mail of 200 MB', plan: huge, rounds: 3 },
    ...{ wallRatio: 1.5, rssMiB: 120 },
  },
  'pop-nothing-new': {
    ...{ title: 'POP3, nothing new among 50,000', plan: many, rounds: 7, nothingNew: true },
    ...{ wallRatio: 2, rssMiB: 160 },
  },
};

export async function runPopCase(one: PopCase, work: WorkFolder): Promise<Report> {
  const server = await startDovecot();
  const { roundTripMs = 0 } = one;
  const delay = { kind: 'delay', ms: roundTripMs / 2 } as const;
  const faults = [
    { ...delay, direction: 'toServer' } as const,
    { ...delay, direction: 'toClient' } as const,
  ];
  const proxy =
    roundTripMs === 0 ? undefined : await startFaultProxy({ port: server.ports.pop3, faults });
  try {
    await fillMailbox(server, one.plan);
    return await compare(one, work, proxy?.port ?? server.ports.pop3);
  } finally {
    await proxy?.close();
    await server.stop();
  }
}

async function compare(one: PopCase, work: WorkFolder, port: number): Promise<Report> {
  const candidates = [ours(one, work, port), mpop(one, work, { port, ripmime: false })];
  if (one.ripmimeRatio !== undefined) candidates.push(mpop(one, work, { port, ripmime: true }));
  const figures = await measure(candidates, one.rounds);
  const mine = figures.get('lanceur');
  const ratio = (label: string) => (mine?.wallS ?? NaN) / (figures.get(label)?.wallS ?? NaN);
  const goals: Goal[] = [
    { text: 'wall / mpop', value: ratio('mpop'), limit: one.wallRatio, unit: '×' },
    { text: 'peak memory', value: mine?.rssMiB ?? NaN, limit: one.rssMiB, unit: 'MiB' },
  ];
  if (one.ripmimeRatio !== undefined) {
    const value = ratio('mpop + ripmime');
    goals.push({ text: 'wall / mpop + ripmime', value, limit: one.ripmimeRatio, unit: '×' });
  }
  const rows = [...figures].map(([label, found]) => ({ label, ...found }));
  return { title: `${one.title} (${one.plan.mails} mails)`, rows, goals };
}

function ours(one: PopCase, work: WorkFolder, port: number): Candidate {
  let dataDir = '';
  let target = '';
  const make = () => {
    dataDir = work.fresh('data');
    target = work.fresh('cold');
    const server = { host: 'localhost', port, tls: 'none' };
    const source = { protocol: 'pop', server, accountId: 'acc' };
    const accounts = [{ id: 'acc', name: 'bench', user: one.plan.user, secretEnv: 'BENCH_SECRET' }];
    configure(dataDir, { ...oneLauncher(target, source), accounts });
  };
  return {
    label: 'lanceur',
    prepare: async () => {
      if (one.nothingNew && dataDir !== '') return;
      make();
      if (one.nothingNew) await time(lanceur(dataDir, 'run', 'bench', '--once'));
    },
    command: () => lanceur(dataDir, 'run', 'bench', '--once'),
    verify: () => {
      expectFiles(target, one.nothingNew ? 0 : one.plan.mails);
    },
  };
}

function mpop(
  one: PopCase,
  work: WorkFolder,
  { port, ripmime }: { readonly port: number; readonly ripmime: boolean },
): Candidate {
  let rc = '';
  const command = () => ['mpop', '-q', '-C', rc] as const;
  return {
    label: ripmime ? 'mpop + ripmime' : 'mpop',
    prepare: async () => {
      if (one.nothingNew && rc !== '') return;
      const folder = work.fresh(ripmime ? 'ripmime' : 'mpop');
      for (const name of ['cur', 'new', 'tmp']) {
        mkdirSync(join(folder, 'INBOX', name), { recursive: true });
      }
      mkdirSync(join(folder, 'files'));
      const unpack = `mda exec ripmime -i - -d ${folder}/files --no-nameless --unique_names`;
      rc = join(folder, 'rc');
      const lines = [
        ...['account default', 'host localhost', `port ${port}`, `user ${one.plan.user}`],
        ...['password secret', 'auth user', 'keep on', 'received_header off', 'tls off'],
        `uidls_file ${folder}/uidls`,
        `delivery ${ripmime ? unpack : `maildir ${folder}/INBOX`}`,
      ];
      writeFileSync(rc, `${lines.join('\n')}\n`);
      chmodSync(rc, 0o600);
      if (one.nothingNew) await time(command());
    },
    command,
  };
}
