// The Office 365 connector: sends through Microsoft Graph, as the account or as a shared mailbox. How a message goes out
// is in the files of the folder beside.
import type { Office365Config } from '#contract/model/router';
import { background } from '../../background.ts';
import { AppError } from '../../errors.ts';
import { graphWorld, openMailbox, type GraphWorld } from '../../graph/graph-account.ts';
import { isDeliverable } from '../addresses.ts';
import type { Connector, ConnectorContext } from './connector.ts';
import { checkOffice365 } from './office365/check.ts';
import { isSent } from './office365/look-up.ts';
import { sendMessage } from './office365/send-message.ts';
import type { OpenConnector } from './registry.ts';

/** `world`: where Graph is, and who shares the way to it. */
export function createOffice365Connector(world: GraphWorld): OpenConnector {
  return (context) => {
    const { config } = context.connector;
    if (config.type !== 'office365') {
      throw new AppError('unexpected', 'internal.bug', { message: config.type });
    }
    return connect(context, config, world);
  };
}

export const openOffice365Connector: OpenConnector = createOffice365Connector(graphWorld());

function connect(context: ConnectorContext, config: Office365Config, world: GraphWorld): Connector {
  const { clock, credentials, spoolDir, checkpoint } = context;
  const { accountId, mailbox, keepCopy } = config;
  const logger = context.logger.child('graph');
  const open = (signal: AbortSignal) =>
    openMailbox(world, { accountId, mailbox, credentials, clock, logger, signal });
  return {
    // Exchange takes four requests at a time, and a launcher may want some of them.
    concurrency: 2,
    check: (signal) => checkOffice365({ context, config, open, signal }),
    send: async (message, signal) =>
      await sendMessage(
        {
          ...{ graph: await open(signal), askHttp: world.askHttp, clock, logger, mailbox, signal },
          ...{ keepCopy, spoolDir, checkpoint },
          later: (work) => {
            background(work, logger);
          },
        },
        message,
      ),
    // Without a copy there is nothing to be found.
    ...(keepCopy && {
      lookUp: async (messageId: string, signal: AbortSignal) =>
        await isSent(await open(signal), messageId, signal),
    }),
    sender: async (signal) => {
      if (mailbox !== '') return mailbox;
      const { user } = await credentials(accountId, signal, 'graph');
      return isDeliverable(user) ? user : '';
    },
    close: () => Promise.resolve(),
  };
}
