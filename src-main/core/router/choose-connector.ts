// Which connector carries a service, and why: the one that the instance names, or the default of the service type.
import type { ServiceId } from '#contract/ids';
import {
  compatibleConnectors,
  type Connector,
  type ConnectorChoice,
  type ConnectorType,
  type Service,
  type ServiceType,
} from '#contract/model/router';
import { AppError, ConfigError } from '../errors.ts';
import type { RouterRepo } from '../store/router-repo.ts';

export type Chosen = {
  readonly service: Service | null;
  readonly connector: Connector;
  readonly choice: ConnectorChoice;
};

/** Throws ConfigError `service.missing`, `service.noConnector`, `service.noDefault`, `connector.missing`, `service.incompatible`. */
export function chooseConnector(
  router: Pick<RouterRepo, 'service' | 'connector' | 'defaultConnector'>,
  type: ServiceType,
  serviceId: ServiceId | null,
): Chosen {
  const service = serviceId === null ? null : router.service(serviceId);
  if (service === undefined) throw new ConfigError('service.missing', { id: serviceId ?? '' });
  const named = service?.connectorId ?? null;
  const id = named ?? router.defaultConnector(type);
  const name = service?.name ?? '';
  const field = 'connectorId';
  if (id === null) {
    if (service === null) throw new ConfigError('service.noDefault', {}, { field });
    throw new ConfigError('service.noConnector', { service: name }, { field });
  }
  const connector = router.connector(id);
  if (connector === undefined) throw new ConfigError('connector.missing', { id }, { field });
  expectCompatible(type, connector, name);
  return { service, connector, choice: named === null ? 'default' : 'override' };
}

/** Throws ConfigError `service.incompatible` {service, connector, type}. */
export function expectCompatible(type: ServiceType, connector: Connector, service: string): void {
  const takes: readonly ConnectorType[] = compatibleConnectors[type];
  if (takes.includes(connector.config.type)) return;
  const params = { service, connector: connector.name, type: connector.config.type };
  throw new ConfigError('service.incompatible', params, { field: 'connectorId' });
}

/** The same error, saying which instance asked, which connector was used, and why that one. */
export function inNameOf(error: AppError, { service, connector, choice }: Chosen): AppError {
  const params = {
    ...error.params,
    service: service?.name ?? '',
    connector: connector.name,
    connectorChoice: choice,
  };
  const { field, retryAfterSeconds } = error;
  return new AppError(error.kind, error.code, params, {
    cause: error,
    ...(field === undefined ? {} : { field }),
    ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }),
  });
}
