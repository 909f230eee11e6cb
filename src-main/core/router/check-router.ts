// What is wrong with a service or a connector that its schema cannot see. Throws ConfigError with the field.
import type { z } from 'zod';
import type { ForwardRule } from '#contract/model/cold-job';
import type { ConnectorDraft, ServiceDraft } from '#contract/model/router';
import { ConfigError } from '../errors.ts';
import type { Store } from '../store/store.ts';
import { parseAddress, parseAddresses } from './addresses.ts';
import { expectCompatible } from './choose-connector.ts';

export function checkService(
  router: Pick<Store['router'], 'connector'>,
  draft: z.output<typeof ServiceDraft>,
): void {
  const { defaults, sender, connectorId } = draft;
  if (sender !== '') parseAddress(sender, 'sender');
  if (defaults.replyTo !== '') parseAddress(defaults.replyTo, 'defaults.replyTo');
  for (const kind of ['to', 'cc', 'bcc'] as const) {
    parseAddresses(defaults[kind], `defaults.${kind}`);
  }
  if (connectorId === null) return;
  const connector = router.connector(connectorId);
  const field = 'connectorId';
  if (connector === undefined) {
    throw new ConfigError('connector.missing', { id: connectorId }, { field });
  }
  expectCompatible(draft.type, connector, draft.name);
}

/** A computed recipient is looked at when it is computed. */
export function checkForward(
  router: Pick<Store['router'], 'service'>,
  rule: ForwardRule | null,
): void {
  if (rule === null) return;
  const service = router.service(rule.serviceId);
  if (service === undefined) {
    const field = 'forward.serviceId';
    throw new ConfigError('service.missing', { id: rule.serviceId }, { field });
  }
  const fixed = rule.to.filter((one) => !one.includes('{'));
  parseAddresses(fixed, 'forward.to');
  if (rule.to.length + service.defaults.to.length === 0) {
    throw new ConfigError('outbox.noRecipient', {}, { field: 'forward.to' });
  }
}

export function checkConnector(
  { accounts }: { readonly accounts: Pick<Store['accounts'], 'get'> },
  { config }: z.output<typeof ConnectorDraft>,
): void {
  if (config.type === 'smtp' && config.sender !== '') parseAddress(config.sender, 'config.sender');
  if (config.type === 'office365' && config.mailbox !== '') {
    parseAddress(config.mailbox, 'config.mailbox');
  }
  if (config.accountId !== null && accounts.get(config.accountId) === undefined) {
    const field = 'config.accountId';
    throw new ConfigError('account.missing', { id: config.accountId }, { field });
  }
}
