// The Office 365 source: a folder of a mailbox, through Microsoft Graph. What it does is in the files beside it.
import type { O365Config } from '#contract/model/o365-config';
import type { SourceConfig } from '#contract/model/source-config';
import { ConfigError } from '../../errors.ts';
import { graphWorld, openMailbox, type GraphWorld } from '../../graph/graph-account.ts';
import type { GraphClient } from '../../graph/graph-client.ts';
import type { SourceType } from '../registry.ts';
import type { SettlePlan, Source, SourceContext } from '../source.ts';
import { checkMailbox } from './o365-check.ts';
import { fetchMessages } from './o365-fetching.ts';
import { listFolders } from './o365-folders.ts';
import { isStillThere, listMessages } from './o365-listing.ts';
import { settleMessages } from './o365-settling.ts';

/** `world`: where Graph is, and who shares the way to it. */
export function createO365SourceType(world: GraphWorld): SourceType {
  return {
    protocol: 'o365',
    settlePlan: (config, as) => settlePlan(o365Config(config), as),
    open: (context) => openO365Source(context, world),
  };
}

export const o365SourceType = createO365SourceType(graphWorld());

function settlePlan(config: O365Config, as: 'delivered' | 'rejected'): SettlePlan {
  const fate = as === 'delivered' ? config.fate : config.rejectedFate;
  if (fate.kind === 'leave') return { when: 'never' };
  const days = fate.kind === 'delete' ? fate.afterDays : 0;
  return days === 0 ? { when: 'now' } : { when: 'later', days };
}

function o365Config(config: SourceConfig): O365Config {
  if (config.protocol !== 'o365') throw new ConfigError('source.wrongProtocol');
  return config;
}

function openO365Source(context: SourceContext, world: GraphWorld): Source {
  const { launcher, clock, checkpoint, mailDesk: desk } = context;
  const { maxItemBytes } = launcher.limits;
  const config = o365Config(launcher.source);
  const logger = context.logger.child('graph');
  const closing = new AbortController();
  const targets = new Map<string, Promise<string>>();
  let opening: Promise<GraphClient> | null = null;
  let cursor: string | null = null;

  const within = (signal: AbortSignal) => AbortSignal.any([signal, closing.signal]);
  const open = async (signal: AbortSignal): Promise<GraphClient> => {
    const { accountId, mailbox } = config;
    const { credentials } = context;
    const asked = (opening ??= openMailbox(world, {
      ...{ accountId, mailbox, credentials, clock, logger, signal },
    }));
    try {
      return await asked;
    } catch (thrown) {
      if (opening === asked) opening = null;
      throw thrown;
    }
  };

  return {
    check: (outer) => {
      const signal = within(outer);
      const credentials = () => context.credentials(config.accountId, signal, 'graph');
      return checkMailbox({ config, clock, signal, credentials, graph: () => open(signal) });
    },
    folders: async (outer) => {
      const signal = within(outer);
      return await listFolders(await open(signal), signal);
    },
    async *list(request, outer) {
      const signal = within(outer);
      cursor = null;
      const graph = await open(signal);
      const remember = (next: string) => {
        cursor = next;
      };
      yield* listMessages({ graph, config, clock, request, signal, remember });
    },
    stillThere: async (location, outer) => {
      const signal = within(outer);
      return await isStillThere(await open(signal), location, signal);
    },
    cursor: () => cursor,
    fetch: async (orders, intake, outer) => {
      const signal = within(outer);
      const graph = await open(signal);
      await fetchMessages({ graph, config, desk, maxItemBytes, signal }, orders, intake);
    },
    settle: async (orders, outer) => {
      const signal = within(outer);
      const graph = await open(signal);
      return await settleMessages({ graph, config, checkpoint, signal, targets }, orders);
    },
    close: () => {
      closing.abort();
      return Promise.resolve();
    },
  };
}
