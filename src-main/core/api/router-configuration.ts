// The router's part of the configuration file: connectors, services, the default connector, rules of notices.
import type { AccountId, ConnectorId, ServiceId } from '#contract/ids';
import type { Configuration } from '#contract/model/configuration';
import type { Account } from '#contract/model/account';
import { checkNotice } from '../notices/check-notice.ts';
import { checkConnector, checkForward, checkService } from '../router/check-router.ts';
import { ConfigError } from '../errors.ts';
import type { Store } from '../store/store.ts';

type Part = Pick<Configuration, 'connectors' | 'services' | 'notices' | 'defaultConnector'>;
type Stores = Pick<Store, 'router' | 'notices'>;
type Entry = { readonly createdAt: string; readonly changedAt: string };

export function exportRouter({ router, notices }: Stores): Part {
  const plain = <T extends Entry>({ createdAt: _c, changedAt: _d, ...one }: T) => one;
  return {
    connectors: router.connectors().map(plain),
    services: router.services().map(plain),
    defaultConnector: router.defaultConnector('mail'),
    notices: notices.list().map(plain),
  };
}

/** References may point into the document or to what is there already. `inField` puts the entry before the field. */
export function checkRouterPart(
  { router }: Stores,
  { connectors, services, notices, defaultConnector, jobs }: Configuration,
  tools: {
    readonly accounts: { readonly get: (id: AccountId) => Account | undefined };
    readonly inField: (place: string, work: () => unknown) => void;
    readonly at: string;
  },
): void {
  const stamps = { createdAt: tools.at, changedAt: tools.at };
  const known = {
    connector: (id: ConnectorId) => {
      const found = connectors.find((one) => one.id === id);
      return found === undefined ? router.connector(id) : { ...found, ...stamps };
    },
    service: (id: ServiceId) => {
      const found = services.find((one) => one.id === id);
      return found === undefined ? router.service(id) : { ...found, ...stamps };
    },
  };
  const each = <T>(list: string, entries: readonly T[], look: (entry: T) => void): void => {
    for (const [index, entry] of entries.entries()) {
      tools.inField(`${list}.${index}`, () => {
        look(entry);
      });
    }
  };
  each('connectors', connectors, (one) => {
    checkConnector(tools, one);
  });
  each('services', services, (one) => {
    checkService(known, one);
  });
  each('notices', notices, (one) => {
    checkNotice(known, one);
  });
  each('jobs', jobs, (one) => {
    checkForward(known, one.forward);
  });
  if (typeof defaultConnector === 'string' && known.connector(defaultConnector) === undefined) {
    const field = 'defaultConnector';
    throw new ConfigError('connector.missing', { id: defaultConnector }, { field });
  }
}

/** To be called inside a transaction. What the document does not mention stays. */
export function writeRouterPart({ router, notices }: Stores, part: Part, at: string): void {
  for (const one of part.connectors) router.saveConnector(one.id, one, at);
  for (const one of part.services) router.saveService(one.id, one, at);
  for (const one of part.notices) notices.save(one.id, one, at);
  if (part.defaultConnector !== undefined) {
    router.setDefaultConnector('mail', part.defaultConnector);
  }
}
