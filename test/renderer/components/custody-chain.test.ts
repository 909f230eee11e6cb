// @vitest-environment happy-dom
import { flushPromises } from '@vue/test-utils';
import { expect, it } from 'vitest';
import CustodyChain from '../../../src-renderer/components/history/CustodyChain.vue';
import { mountWindow } from '../mount-window.ts';

const reason = { kind: 'transient', code: 'pop.notDeleted', params: { text: 'no' } };
const at = '2026-11-23T07:00:00.000Z';

async function chain(state: string): Promise<string> {
  const item = { id: 1, state, reason, receivedAt: null, seenAt: at, changedAt: at, documents: [] };
  const { wrapper } = mountWindow(CustodyChain, { item }, { 'journal.list': () => [] });
  await flushPromises();
  return wrapper.text();
}

it('does not call held what was delivered, but whose original could not be dealt with', async () => {
  const told = await chain('delivered');
  expect(told).toContain("Sort de l'original pas encore accompli");
  expect(told).not.toContain('Retenu');
});

it('calls held what waits for another attempt', async () => {
  expect(await chain('deferred')).toContain('Retenu (remis à plus tard)');
});
