// Mailboxes: the whole program run once, against mbsync, which fetches and flushes but extracts nothing.
import { fillMailbox, type MailboxPlan } from '../mailboxes.ts';
import { type Candidate, measure } from '../measure.ts';
import { configure, expectFiles, lanceur, oneLauncher } from '../program.ts';
import type { Goal, Report, Row } from '../report.ts';
import { mbsync } from '../rivals.ts';
import type { WorkFolder } from '../work-folder.ts';
import { startDovecot, type DovecotServer } from '../../servers/dovecot.ts';
import { startFaultProxy } from '../../servers/fault-proxy.ts';

type ImapCase = {
  readonly title: string;
  readonly plan: MailboxPlan;
  readonly tls?: boolean;
  readonly roundTripMs?: number;
  readonly wallRatio: number;
  readonly rssMiB: number;
  readonly rounds: number;
};

const small = { user: 'small', mails: 2000, attachmentBytes: 61_440, logos: true };
const large = { user: 'large', mails: 200, attachmentBytes: 5 * 1024 * 1024 };
const few = { user: 'few', mails: 500, attachmentBytes: 61_440, logos: true };
const huge = { user: 'huge', mails: 1, attachmentBytes: 200 * 1024 * 1024 };

export const imapCases: Readonly<Record<string, ImapCase>> = {
  'imap-small': {
    title: 'IMAP, 2,000 mails with a 60 KB PDF',
    plan: small,
    wallRatio: 1,
    rssMiB: 160,
    rounds: 5,
  },
  'imaps-small': {
    title: 'IMAPS, 2,000 mails with a 60 KB PDF',
    plan: small,
    tls: true,
    wallRatio: 1,
    rssMiB: 160,
    rounds: 5,
  },
  'imap-large': {
    title: 'IMAP, 200 mails with 5 MB',
    plan: large,
    wallRatio: 1,
    rssMiB: 160,
    rounds: 3,
  },
  'imaps-large': {
    title: 'IMAPS, 200 mails with 5 MB',
    plan: large,
    tls: true,
    wallRatio: 1,
    rssMiB: 160,
    rounds: 3,
  },
  'imap-rtt': {
    title: 'IMAP, 500 mails, 40 ms round trip',
    plan: few,
    roundTripMs: 40,
    wallRatio: 1.5,
    rssMiB: 160,
    rounds: 5,
  },
  'imap-huge': {
    title: 'IMAP, one mail of 200 MB',
    plan: huge,
    wallRatio: 1.5,
    rssMiB: 120,
    rounds: 3,
  },
};

export async function runImapCase(one: ImapCase, work: WorkFolder): Promise<Report> {
  const server = await startDovecot();
  try {
    await fillMailbox(server, one.plan);
    return await compare(one, work, server);
  } finally {
    await server.stop();
  }
}

async function compare(one: ImapCase, work: WorkFolder, server: DovecotServer): Promise<Report> {
  const { plan, tls = false, roundTripMs } = one;
  const direct = tls ? server.ports.imaps : server.ports.imap;
  const proxy =
    roundTripMs === undefined
      ? undefined
      : await startFaultProxy({
          port: direct,
          faults: [
            { kind: 'delay', direction: 'toServer', ms: roundTripMs / 2 },
            { kind: 'delay', direction: 'toClient', ms: roundTripMs / 2 },
          ],
        });
  try {
    const port = proxy?.port ?? direct;
    const candidates = [ours(one, work, server, port), rival(one, work, server, port)];
    const figures = await measure(candidates, one.rounds);
    const rows: Row[] = [...figures].map(([label, found]) => ({ label, ...found }));
    const mine = figures.get('lanceur');
    const theirs = figures.get('mbsync');
    const goals: Goal[] = [
      {
        text: 'wall / mbsync',
        value: (mine?.wallS ?? NaN) / (theirs?.wallS ?? NaN),
        limit: one.wallRatio,
        unit: '×',
      },
      { text: 'peak memory', value: mine?.rssMiB ?? NaN, limit: one.rssMiB, unit: 'MiB' },
    ];
    return { title: `${one.title} (${plan.mails} documents)`, rows, goals };
  } finally {
    await proxy?.close();
  }
}

function ours(one: ImapCase, work: WorkFolder, server: DovecotServer, port: number): Candidate {
  let dataDir = '';
  let target = '';
  return {
    label: 'lanceur',
    prepare: () => {
      dataDir = work.fresh('data');
      target = work.fresh('cold');
      const tls = one.tls === true ? 'implicit' : 'none';
      const address = { host: 'localhost', port, tls, trust: { caPem: server.caPem } };
      const source = { protocol: 'imap', server: address, accountId: 'acc' };
      const configuration = oneLauncher(target, source);
      configure(dataDir, {
        ...configuration,
        accounts: [{ id: 'acc', name: 'bench', user: one.plan.user, secretEnv: 'BENCH_SECRET' }],
      });
    },
    command: () => lanceur(dataDir, 'run', 'bench', '--once'),
    verify: () => {
      expectFiles(target, one.plan.mails);
    },
  };
}

function rival(one: ImapCase, work: WorkFolder, server: DovecotServer, port: number): Candidate {
  let folder = '';
  return {
    label: 'mbsync',
    prepare: () => {
      folder = work.fresh('mbsync');
    },
    command: () => mbsync({ folder, server, user: one.plan.user, port, tls: one.tls === true }),
  };
}
