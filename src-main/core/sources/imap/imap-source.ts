// The IMAP source: one connection per run, opened when first needed. What it does is in the files beside it.
import type { ImapConfig } from '#contract/model/source-config';
import { ConfigError } from '../../errors.ts';
import { createTlsAuthorities, type TlsAuthorities } from '../../net/tls-trust.ts';
import type { SettlePlan, Source, SourceContext } from '../source.ts';
import { checkMailbox } from './imap-check.ts';
import { fetchMessages } from './imap-fetching.ts';
import { listFolders } from './imap-folders.ts';
import { listMessages } from './imap-listing.ts';
import { openSession, type ImapSession, type SessionOptions } from './imap-session.ts';
import { settleMessages } from './imap-settling.ts';

export type ImapSourceType = {
  readonly protocol: 'imap';
  readonly settlePlan: (config: ImapConfig, as: 'delivered' | 'rejected') => SettlePlan;
  readonly open: (context: SourceContext) => Source;
};

/** `authorities` are shared by all sources of the process, for they are slow to read. */
export function createImapSourceType(authorities: TlsAuthorities): ImapSourceType {
  return {
    protocol: 'imap',
    settlePlan: (config, as) => {
      const fate = as === 'delivered' ? config.fate : config.rejectedFate;
      if (fate.kind === 'leave') return { when: 'never' };
      if (fate.kind === 'delete' && fate.afterDays > 0) {
        return { when: 'later', days: fate.afterDays };
      }
      return { when: 'now' };
    },
    open: (context) => openImapSource(context, authorities),
  };
}

export const imapSourceType = createImapSourceType(createTlsAuthorities());

function openImapSource(context: SourceContext, authorities: TlsAuthorities): Source {
  const { launcher, clock, checkpoint } = context;
  const config = launcher.source;
  if (config.protocol !== 'imap') throw new ConfigError('source.wrongProtocol');
  const logger = context.logger.child('imap');
  const isWritable = config.fate.kind !== 'leave' || config.rejectedFate.kind !== 'leave';
  let opening: Promise<ImapSession> | null = null;
  let cursor: string | null = null;

  const open = async (signal: AbortSignal, onStage?: SessionOptions['onStage']) => {
    const credentials = await context.credentials(config.accountId, signal);
    return await openSession(
      {
        ...{ server: config.server, credentials, authorities, logger, isWritable },
        ...(onStage ? { onStage } : {}),
      },
      signal,
    );
  };
  // A connection lost while fetching must not keep what is delivered from being settled: a new one, then.
  const session = async (signal: AbortSignal): Promise<ImapSession> => {
    const last = await opening?.catch(() => null);
    if (last && !last.failure()) return last;
    opening = open(signal);
    return await opening;
  };

  return {
    check: (signal) =>
      checkMailbox({ config, clock, signal, open: (onStage) => open(signal, onStage) }),
    folders: async (signal) => await listFolders(await session(signal), signal),
    async *list(request, signal) {
      cursor = null;
      const remember = (next: string) => {
        cursor = next;
      };
      const options = { session: await session(signal), config, clock, request, signal, remember };
      yield* listMessages(options);
    },
    cursor: () => cursor,
    fetch: async (orders, intake, signal) => {
      await fetchMessages(await session(signal), orders, intake, signal);
    },
    settle: async (orders, signal) =>
      await settleMessages({ session: await session(signal), config, checkpoint, signal }, orders),
    close: async () => {
      const last = await opening?.catch(() => null);
      last?.close();
    },
  };
}
