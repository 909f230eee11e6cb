// Calls on services and connectors. What is in use cannot vanish under its users; the error names them.
import { ConnectorId, ServiceId } from '#contract/ids';
import {
  compatibleConnectors,
  type Connector,
  type Service,
  type ServiceType,
  type ServiceTypeState,
} from '#contract/model/router';
import type { CoreParts } from '../core-parts.ts';
import { ConfigError, toAppError } from '../errors.ts';
import { newId } from '../new-id.ts';
import { chooseConnector, type Chosen, inNameOf } from '../router/choose-connector.ts';
import { createCheckSteps } from '../router/connectors/check-steps.ts';
import { checkConnector, checkService } from '../router/check-router.ts';
import { connectorUsers, serviceUsers } from '../router/users.ts';
import { loadTexts, ownLanguage } from '../texts/load-texts.ts';
import { reportOf } from './inspect-source.ts';
import type { Handlers } from './handlers.ts';

type Names =
  | 'services.list'
  | 'services.save'
  | 'services.delete'
  | 'services.check'
  | 'services.types'
  | 'services.setDefaultConnector'
  | 'services.test'
  | 'connectors.list'
  | 'connectors.save'
  | 'connectors.delete'
  | 'connectors.check'
  | 'connectors.test';

export function routerCalls(parts: CoreParts): Handlers<Names> {
  const { store, ports, emitter, router } = parts;
  const now = (): string => ports.clock.now().toISOString();
  const changed = (): void => {
    emitter.emit('configuration.changed', {});
  };
  const connector = (id: ConnectorId): Connector => {
    const found = store.router.connector(id);
    if (found === undefined) throw new ConfigError('connector.missing', { id });
    return found;
  };
  const service = (id: ServiceId): Service => {
    const found = store.router.service(id);
    if (found === undefined) throw new ConfigError('service.missing', { id });
    return found;
  };
  const typeState = (type: ServiceType): ServiceTypeState => ({
    type,
    connectorTypes: [...compatibleConnectors[type]],
    defaultConnectorId: store.router.defaultConnector(type),
  });
  const test = async (chosen: Chosen, to: string, signal: AbortSignal) => {
    const { sendTest } = await import('../router/test-message.ts');
    const texts = await loadTexts(ownLanguage(store.settings.get()));
    const tools = { desk: router.desk, files: router.files, clock: ports.clock, texts };
    try {
      return await sendTest(tools, { chosen, to, signal });
    } catch (thrown) {
      throw inNameOf(toAppError(thrown), chosen);
    }
  };
  const checkOf = async (one: Connector, signal: AbortSignal) =>
    (await router.desk.open(one)).check(signal);

  return {
    'services.list': () => store.router.services(),
    'services.save': (draft) => {
      checkService(store.router, draft);
      const id = draft.id ?? ServiceId.parse(newId());
      store.router.saveService(id, draft, now());
      changed();
      return service(id);
    },
    'services.delete': async ({ id }) => {
      const texts = await loadTexts(ownLanguage(store.settings.get()));
      const { name } = service(id);
      const users = serviceUsers(store, id, texts);
      if (users.length > 0)
        throw new ConfigError('service.inUse', { name, users: users.join(', ') });
      const count = store.outbox.openOf(id);
      if (count > 0) throw new ConfigError('service.hasMessages', { name, count });
      store.router.deleteService(id);
      changed();
      return {};
    },
    'services.check': async ({ id }, signal) => {
      const { type, name } = service(id);
      const steps = createCheckSteps(ports.clock);
      let chosen: Chosen;
      try {
        chosen = chooseConnector(store.router, type, id);
      } catch (thrown) {
        steps.fail('defaultConnector', toAppError(thrown));
        return reportOf(steps.list());
      }
      const params = { connector: chosen.connector.name, service: name };
      steps.pass(chosen.choice === 'override' ? 'namedConnector' : 'defaultConnector', { params });
      return reportOf([...steps.list(), ...(await checkOf(chosen.connector, signal))]);
    },
    'services.types': () => [typeState('mail')],
    'services.setDefaultConnector': ({ type, connectorId }) => {
      if (connectorId !== null) connector(connectorId);
      store.router.setDefaultConnector(type, connectorId);
      changed();
      return typeState(type);
    },
    'services.test': ({ id, to }, signal) =>
      test(chooseConnector(store.router, service(id).type, id), to, signal),
    'connectors.list': () => store.router.connectors(),
    'connectors.save': (draft) => {
      checkConnector(store, draft);
      const id = draft.id ?? ConnectorId.parse(newId());
      const isFirst = store.router.connectors().length === 0;
      store.atomically(() => {
        store.router.saveConnector(id, draft, now());
        // Somebody who has one connector means that one.
        if (isFirst && store.router.defaultConnector('mail') === null) {
          store.router.setDefaultConnector('mail', id);
        }
      });
      changed();
      return connector(id);
    },
    'connectors.delete': ({ id }) => {
      const { name } = connector(id);
      const users = connectorUsers(store, id);
      if (users.length > 0) {
        throw new ConfigError('connector.inUse', { name, users: users.join(', ') });
      }
      // Messages without an instance go by it, and there may be some at any time.
      if (store.router.defaultConnector('mail') === id) {
        throw new ConfigError('connector.isDefault', { name });
      }
      const count = store.outbox.sendingBy(id);
      if (count > 0) throw new ConfigError('connector.hasMessages', { name, count });
      store.router.deleteConnector(id);
      changed();
      return {};
    },
    'connectors.check': async ({ id }, signal) => reportOf(await checkOf(connector(id), signal)),
    'connectors.test': ({ id, to }, signal) =>
      test({ service: null, connector: connector(id), choice: 'override' }, to, signal),
  };
}
