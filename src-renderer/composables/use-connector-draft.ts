// A connector instance while it is edited: its name, and the configuration of its type.
import { computed, ref } from 'vue';
import {
  type Connector,
  ConnectorConfig,
  ConnectorDraft,
  type ConnectorType,
} from '#contract/model/router';
import { branchOf, isObject, type JsonObject, withUsual } from '../forms/json-tree.ts';
import { leastConnector } from '../forms/router/connector-form.ts';
import { useRouting } from '../stores/routing.ts';
import { defaultsFrom, useFormDraft } from './use-form-draft.ts';

/** `first`: the type of a new one. */
export function useConnectorDraft(first: ConnectorType) {
  const routing = useRouting();
  const type = ref(first);
  const configDefaults = computed(() => connectorDefaults(type.value));

  const draft = useFormDraft({
    schema: ConnectorDraft,
    defaults: {},
    save: routing.saveConnector,
    complete: (values) => ({ ...values, config: { ...whole(values['config']), type: type.value } }),
  });
  const whole = (config: unknown): JsonObject =>
    withUsual(configDefaults.value, isObject(config) ? config : {});
  const config = computed<JsonObject>({
    get: () => branchOf(draft.values.value, 'config'),
    set: (values) => {
      draft.values.value = { ...draft.values.value, config: values };
    },
  });
  const show = (record: object | null): void => {
    if (isConnector(record)) type.value = record.config.type;
    draft.show(record);
  };
  return { ...draft, show, type, config, configDefaults };
}

function connectorDefaults(type: ConnectorType): JsonObject {
  const given = type === 'smtp' ? { server: { tls: 'starttls' } } : {};
  const least = leastConnector[type];
  return withUsual(defaultsFrom(ConnectorConfig, isObject(least) ? least : {}), given);
}

const isConnector = (record: object | null): record is Connector =>
  record !== null && 'config' in record && 'id' in record;
