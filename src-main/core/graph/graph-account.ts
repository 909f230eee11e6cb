// A Graph client for a launcher's or a connector's mailbox.
import type { AccountId } from '#contract/ids';
import type { OpenCredentials } from '../accounts/credentials.ts';
import { ConfigError } from '../errors.ts';
import { askHttp, type AskHttp } from '../net/ask-http.ts';
import { trustSystemAuthorities } from '../net/system-authorities.ts';
import type { Clock, Logger } from '../ports.ts';
import { createGraphClient, type GraphClient } from './graph-client.ts';
import { type GraphBases, graphBases } from './graph-clouds.ts';
import { processTraffic, type Traffic } from './graph-traffic.ts';

/** Stand-ins for Microsoft's own addresses, in tests; what the process shares, otherwise. */
export type GraphWorld = {
  readonly bases: GraphBases;
  readonly askHttp: AskHttp;
  readonly traffic: Traffic;
};

export type MailboxOptions = {
  readonly accountId: AccountId;
  /** Empty = the mailbox of who signed in. */
  readonly mailbox: string;
  readonly credentials: OpenCredentials;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly signal: AbortSignal;
};

export const graphWorld = (): GraphWorld => {
  let isTrusting = false;
  return {
    bases: graphBases,
    traffic: processTraffic,
    askHttp: (url, question) => {
      if (!isTrusting) trustSystemAuthorities();
      isTrusting = true;
      return askHttp(url, question);
    },
  };
};

const TYPED = { cloud: 'global', isApplication: false } as const;

/** Throws what `credentials` throws, and ConfigError `graph.wrongAccount` for one that is not Microsoft's. */
export async function openMailbox(
  world: GraphWorld,
  options: MailboxOptions,
): Promise<GraphClient> {
  const { accountId, mailbox, clock, logger, signal } = options;
  const first = await options.credentials(accountId, signal, 'graph');
  const { user } = first;
  // A token that was typed in is taken for what it must be; any other sign-in is somebody else's.
  const isTyped = first.method === 'token' && first.renew === undefined;
  const microsoft = first.microsoft ?? (isTyped ? TYPED : null);
  if (!microsoft) throw new ConfigError('graph.wrongAccount', {}, { field: 'accountId' });
  // An application has no mailbox of its own.
  const address = mailbox === '' && microsoft.isApplication ? user : mailbox;
  let isFirst = true;
  return createGraphClient({
    base: world.bases[microsoft.cloud],
    root: address === '' ? '/me' : `/users/${encodeURIComponent(address)}`,
    mailbox,
    askHttp: world.askHttp,
    clock,
    logger,
    lane: world.traffic.lane((address === '' ? user : address).toLowerCase(), clock),
    credentials: async (later) => {
      if (!isFirst) return await options.credentials(accountId, later, 'graph');
      isFirst = false;
      return first;
    },
  });
}
