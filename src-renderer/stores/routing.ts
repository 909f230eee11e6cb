// The router as the core holds it: service instances, connector instances, and which connector is the default.
import { defineStore } from 'pinia';
import { ref, shallowRef } from 'vue';
import type { ConnectorId, ServiceId } from '#contract/ids';
import type { CheckReport } from '#contract/model/check';
import type {
  Connector,
  ConnectorDraft,
  SendTest,
  Service,
  ServiceDraft,
  ServiceTypeState,
} from '#contract/model/router';
import { useBridge } from '../bridge/bridge.ts';

export const useRouting = defineStore('routing', () => {
  const bridge = useBridge();
  const services = shallowRef<readonly Service[]>([]);
  const connectors = shallowRef<readonly Connector[]>([]);
  const types = shallowRef<readonly ServiceTypeState[]>([]);
  const isLoaded = ref(false);

  const service = (id: string) => services.value.find((one) => one.id === id);
  const connector = (id: string) => connectors.value.find((one) => one.id === id);
  /** The connector an instance uses now. */
  const connectorOf = ({ type, connectorId }: Pick<Service, 'type' | 'connectorId'>) => {
    const usual = types.value.find((one) => one.type === type)?.defaultConnectorId ?? null;
    return connector(connectorId ?? usual ?? '');
  };

  const load = async (): Promise<void> => {
    [services.value, connectors.value, types.value] = await Promise.all([
      bridge.call('services.list', {}),
      bridge.call('connectors.list', {}),
      bridge.call('services.types', {}),
    ]);
    isLoaded.value = true;
  };
  const thenLoad = async <T>(work: Promise<T>): Promise<T> => {
    const done = await work;
    await load();
    return done;
  };
  return {
    services,
    connectors,
    types,
    isLoaded,
    service,
    connector,
    connectorOf,
    load,
    saveService: (draft: ServiceDraft) => thenLoad(bridge.call('services.save', draft)),
    removeService: (id: ServiceId) => thenLoad(bridge.call('services.delete', { id })),
    saveConnector: (draft: ConnectorDraft) => thenLoad(bridge.call('connectors.save', draft)),
    removeConnector: (id: ConnectorId) => thenLoad(bridge.call('connectors.delete', { id })),
    setDefault: (type: Service['type'], connectorId: ConnectorId | null) =>
      thenLoad(bridge.call('services.setDefaultConnector', { type, connectorId })),
    checkService: (id: ServiceId, signal: AbortSignal): Promise<CheckReport> =>
      bridge.call('services.check', { id }, { signal }),
    checkConnector: (id: ConnectorId, signal: AbortSignal): Promise<CheckReport> =>
      bridge.call('connectors.check', { id }, { signal }),
    testService: (id: ServiceId, to: string, signal: AbortSignal): Promise<SendTest> =>
      bridge.call('services.test', { id, to }, { signal }),
    testConnector: (id: ConnectorId, to: string, signal: AbortSignal): Promise<SendTest> =>
      bridge.call('connectors.test', { id, to }, { signal }),
  };
});
