// @vitest-environment happy-dom
import { flushPromises } from '@vue/test-utils';
import { describe, expect, it } from 'vitest';
import type { ErrorParams } from '#contract/error-codes';
import { BridgeError } from '../../../src-renderer/bridge/bridge-error.ts';
import TestMessage from '../../../src-renderer/components/router/TestMessage.vue';
import { mountWindow } from '../mount-window.ts';

async function refused(given: ErrorParams): Promise<string> {
  const params = { host: '127.0.0.1', port: 9, ...given };
  const send = () =>
    Promise.reject(new BridgeError({ kind: 'transient', code: 'net.refused', params }));
  const { wrapper } = mountWindow(TestMessage, { id: 's', send, disabled: false });
  await wrapper.get('input').setValue('moi@mairie.example');
  await wrapper.get('form').trigger('submit');
  await flushPromises();
  return wrapper.text();
}

describe('a test message that fails', () => {
  it.each([
    ['override', 'Connecteur\u00a0: Secours, nommé par le service'],
    ['default', 'Connecteur\u00a0: Secours, par défaut'],
  ])('names service and connector, and why that one (%s)', async (connectorChoice, expected) => {
    const text = await refused({ service: 'Factures', connector: 'Secours', connectorChoice });

    expect(text).toContain('port 9');
    expect(text).toContain('Service\u00a0: Factures.');
    expect(text).toContain(expected);
  });

  it('says nothing of a service on the page of the connector itself', async () => {
    const given = { service: '', connector: 'Secours', connectorChoice: 'override' };

    expect(await refused(given)).not.toContain('Service\u00a0:');
  });
});
