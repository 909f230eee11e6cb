// The IMAP source: one connection per run, opened when first needed. What it does is in the files beside it.
import type { ImapConfig, SourceConfig } from '#contract/model/source-config';
import { type Credentials, signingIn } from '../../accounts/credentials.ts';
import { ConfigError } from '../../errors.ts';
import { createTlsAuthorities, type TlsAuthorities } from '../../net/tls-trust.ts';
import type { SourceType } from '../registry.ts';
import type { SettlePlan, Source, SourceContext } from '../source.ts';
import { checkMailbox } from './imap-check.ts';
import { fetchMessages } from './imap-fetching.ts';
import { listFolders } from './imap-folders.ts';
import { isStillThere, listMessages } from './imap-listing.ts';
import { openSession, type ImapSession, type SessionOptions } from './imap-session.ts';
import { settleMessages } from './imap-settling.ts';

/** `authorities` are shared by all sources of the process, for they are slow to read. */
export function createImapSourceType(authorities: TlsAuthorities): SourceType {
  return {
    protocol: 'imap',
    settlePlan: (config, as) => settlePlan(imapConfig(config), as),
    open: (context) => openImapSource(context, authorities),
  };
}

export const imapSourceType = createImapSourceType(createTlsAuthorities());

function settlePlan(config: ImapConfig, as: 'delivered' | 'rejected'): SettlePlan {
  const fate = as === 'delivered' ? config.fate : config.rejectedFate;
  if (fate.kind === 'leave') return { when: 'never' };
  const days = fate.kind === 'delete' ? fate.afterDays : 0;
  return days === 0 ? { when: 'now' } : { when: 'later', days };
}

function imapConfig(config: SourceConfig): ImapConfig {
  if (config.protocol !== 'imap') throw new ConfigError('source.wrongProtocol');
  return config;
}

function openImapSource(context: SourceContext, authorities: TlsAuthorities): Source {
  const { launcher, clock, checkpoint } = context;
  const config = imapConfig(launcher.source);
  const logger = context.logger.child('imap');
  const isWritable = config.fate.kind !== 'leave' || config.rejectedFate.kind !== 'leave';
  let opening: Promise<ImapSession> | null = null;
  let cursor: string | null = null;
  const closing = new AbortController();

  const open = async (signal: AbortSignal, onStage?: SessionOptions['onStage']) => {
    const found = await context.credentials(config.accountId, signal);
    const until = AbortSignal.any([signal, closing.signal]);
    const work = (credentials: Credentials) =>
      openSession(
        {
          ...{ server: config.server, credentials, authorities, logger, isWritable },
          ...(onStage ? { onStage } : {}),
        },
        until,
      );
    return await signingIn(found, work, until);
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
    stillThere: async (location, signal) =>
      await isStillThere(await session(signal), location, signal),
    cursor: () => cursor,
    fetch: async (orders, intake, signal) => {
      const { maxItemBytes } = launcher.limits;
      const reading = { take: config.take, maxItemBytes, desk: context.mailDesk, signal };
      await fetchMessages(await session(signal), orders, intake, reading);
    },
    settle: async (orders, signal) =>
      await settleMessages({ session: await session(signal), config, checkpoint, signal }, orders),
    close: async () => {
      closing.abort();
      const last = await opening?.catch(() => null);
      last?.close();
    },
  };
}
