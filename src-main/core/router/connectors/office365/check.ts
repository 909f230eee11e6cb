// The connection check of an Office 365 connector by steps. Sends nothing: whether it may send in the name of another
// mailbox shows only when it does.
import type { CheckStep } from '#contract/model/check';
import type { Office365Config } from '#contract/model/router';
import { CancelledError, toAppError } from '../../../errors.ts';
import type { GraphClient } from '../../../graph/graph-client.ts';
import { expectPermission, isShared } from '../../../graph/graph-permission.ts';
import { MailFolder } from '../../../sources/o365/o365-folders.ts';
import { createCheckSteps, type CheckSteps } from '../check-steps.ts';
import type { ConnectorContext } from '../connector.ts';

export type Office365Check = {
  readonly context: ConnectorContext;
  readonly config: Office365Config;
  readonly open: (signal: AbortSignal) => Promise<GraphClient>;
  readonly signal: AbortSignal;
};

/** Throws only CancelledError. */
export async function checkOffice365(check: Office365Check): Promise<readonly CheckStep[]> {
  const { context, signal } = check;
  const steps = createCheckSteps(context.clock);
  const reached = { step: 'signIn' };
  try {
    await walk(check, steps, reached);
  } catch (thrown) {
    const error = toAppError(thrown);
    if (error instanceof CancelledError || signal.aborted) throw new CancelledError();
    steps.fail(reached.step, error);
  }
  return steps.list();
}

async function walk(
  { context, config, open, signal }: Office365Check,
  steps: CheckSteps,
  reached: { step: string },
): Promise<void> {
  const account = await context.credentials(config.accountId, signal, 'graph');
  const graph = await open(signal);
  steps.pass('signIn', { params: { user: account.user } });
  reached.step = 'maySend';
  expectPermission(account, 'Mail.Send', config.mailbox);
  // Whether Exchange lets it send in that name shows only when something is sent.
  const warning = isShared(config.mailbox, account) ? { warning: 'graph.sendAsUnknown' } : {};
  steps.pass('maySend', { params: { mailbox: config.mailbox }, ...warning });
  reached.step = 'open';
  const about = { about: 'mailbox' } as const;
  const path = '/mailFolders/sentitems?$select=id,displayName,totalItemCount';
  const { value } = await graph.json({ path, about, signal }, MailFolder);
  steps.pass('open', { params: { folder: value.displayName, messages: value.totalItemCount } });
}
