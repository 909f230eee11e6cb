// The POP3 source: one session at a time, opened when first needed. A session sees the mailbox as it was when it signed in, and
// removals end it; the next thing that is asked for opens another.
import type { PopConfig } from '#contract/model/pop-config';
import type { SourceConfig } from '#contract/model/source-config';
import { signingIn } from '../../accounts/credentials.ts';
import { ConfigError, toAppError } from '../../errors.ts';
import { createTlsAuthorities, type TlsAuthorities } from '../../net/tls-trust.ts';
import type { SourceType } from '../registry.ts';
import type { SettleOutcome, SettlePlan, Source, SourceContext } from '../source.ts';
import { checkPop } from './pop-check.ts';
import { listMailbox } from './pop-listing.ts';
import { readMailbox, type PopMailbox } from './pop-mailbox.ts';
import { openPopSession, type PopSession, type SessionOptions } from './pop-session.ts';
import { removeMails } from './pop-settling.ts';

/** `authorities` are shared by all sources of the process, for they are slow to read. */
export function createPopSourceType(authorities: TlsAuthorities): SourceType {
  return {
    protocol: 'pop',
    settlePlan: (config, as) => settlePlan(popConfig(config), as),
    open: (context) => openPopSource(context, authorities),
  };
}

export const popSourceType = createPopSourceType(createTlsAuthorities());

function settlePlan({ fate }: PopConfig, as: 'delivered' | 'rejected'): SettlePlan {
  // What the filter turns down is nobody's to remove.
  if (as === 'rejected' || fate.kind === 'leave') return { when: 'never' };
  return fate.afterDays === 0 ? { when: 'now' } : { when: 'later', days: fate.afterDays };
}

function popConfig(config: SourceConfig): PopConfig {
  if (config.protocol !== 'pop') throw new ConfigError('source.wrongProtocol');
  return config;
}

type Open = { readonly session: PopSession; readonly mailbox: PopMailbox };

function openPopSource(context: SourceContext, authorities: TlsAuthorities): Source {
  const { launcher, clock, checkpoint, mailDesk } = context;
  const config = popConfig(launcher.source);
  const logger = context.logger.child('pop');
  const closing = new AbortController();
  let opening: Promise<Open> | null = null;
  let cursor: string | null = null;

  const connect = async (signal: AbortSignal, onStage?: SessionOptions['onStage']) => {
    const cut = AbortSignal.any([signal, closing.signal]);
    const credentials = await context.credentials(config.accountId, cut);
    const base = { config, authorities, ...(onStage ? { onStage } : {}) };
    return await signingIn(
      credentials,
      (own) => openPopSession({ ...base, credentials: own }, cut),
      cut,
    );
  };
  const openMailbox = async (withSizes: boolean, signal: AbortSignal): Promise<Open> => {
    const session = await connect(signal);
    try {
      return { session, mailbox: await readMailbox({ session, logger, withSizes, signal }) };
    } catch (thrown) {
      session.close();
      throw thrown;
    }
  };
  const mailbox = async (signal: AbortSignal, withSizes = false): Promise<Open> => {
    const last = await opening?.catch(() => null);
    if (last && !last.session.failure()) return last;
    opening = openMailbox(withSizes, signal);
    return await opening;
  };

  return {
    check: (signal) =>
      checkPop({ config, clock, logger, signal, open: (onStage) => connect(signal, onStage) }),
    async *list(request, signal) {
      // Nothing remembered, or something left over: then there is something to read.
      const isSomethingNew = request.cursor === null || request.open.length > 0;
      const open = await mailbox(signal, isSomethingNew);
      const isSignInDear = open.session.capabilities.has('LOGIN-DELAY');
      cursor = null;
      const remember = (next: string) => {
        cursor = next;
      };
      yield* listMailbox({
        ...open,
        config,
        maxItemBytes: launcher.limits.maxItemBytes,
        isSignInDear,
        request,
        signal,
        remember,
      });
    },
    stillThere: async (location, signal) => {
      const open = await mailbox(signal);
      return open.mailbox.numbers.has(location);
    },
    cursor: () => cursor,
    fetch: async (orders, intake, signal) => {
      const { maxItemBytes } = launcher.limits;
      const open = await mailbox(signal);
      // Brings the reader of mails, which a look that finds nothing new never needs.
      const { fetchMails } = await import('./pop-fetching.ts');
      const fetching = { ...open, take: config.take, maxItemBytes, desk: mailDesk, signal };
      await fetchMails(fetching, orders, intake);
    },
    settle: async (orders, signal) => {
      try {
        return await removeMails({ ...(await mailbox(signal)), checkpoint, signal }, orders);
      } catch (thrown) {
        const error = toAppError(thrown);
        if (error.kind !== 'transient') throw error;
        // Away just now: the documents are safe, and what is due stays due.
        return orders.map((): SettleOutcome => ({ ok: false, error }));
      }
    },
    close: async () => {
      closing.abort();
      const last = await opening?.catch(() => null);
      last?.session.close();
    },
  };
}
