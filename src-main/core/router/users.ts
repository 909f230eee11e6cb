// Who uses a service, a connector, or an account for sending: by name, for the sentence that says why it stays.
import type { AccountId, ConnectorId, ServiceId } from '#contract/ids';
import type { Texts } from '#contract/texts/texts';
import type { Store } from '../store/store.ts';

type Stores = Pick<Store, 'router' | 'jobs' | 'notices'>;

/** `texts`: an alarm without a name is called after what it watches. */
export function serviceUsers(
  { jobs, notices }: Stores,
  id: ServiceId,
  texts: Pick<Texts, 'say'>,
): string[] {
  return [
    ...jobs.list().flatMap((one) => (one.forward?.serviceId === id ? one.name : [])),
    ...notices
      .list()
      .filter((one) => one.mail.serviceId === id)
      .map((one) => one.name || texts.say(`notice.kind.${one.event.kind}`)),
  ];
}

/** The default one is used by every instance that names none. */
export function connectorUsers({ router }: Pick<Stores, 'router'>, id: ConnectorId): string[] {
  const isDefault = router.defaultConnector('mail') === id;
  const uses = (named: ConnectorId | null) => named === id || (named === null && isDefault);
  return router.services().flatMap((one) => (uses(one.connectorId) ? one.name : []));
}

export const connectorsOf = ({ router }: Pick<Store, 'router'>, id: AccountId): string[] =>
  router.connectors().flatMap((one) => (one.config.accountId === id ? one.name : []));
