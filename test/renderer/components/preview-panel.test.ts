// @vitest-environment happy-dom
import { flushPromises } from '@vue/test-utils';
import { expect, it } from 'vitest';
import type { PreviewItem } from '#contract/model/preview';
import PreviewPanel from '../../../src-renderer/components/launcher/PreviewPanel.vue';
import { mountWindow } from '../mount-window.ts';

const reason = { code: 'preview.take', params: {} };
const row = { sizeBytes: 1, verdict: 'take', reason } as const;

async function preview(items: readonly PreviewItem[]): Promise<string> {
  const { wrapper } = mountWindow(PreviewPanel, { ask: () => Promise.resolve(items) });
  await flushPromises();
  return wrapper.text();
}

it('counts the documents to deliver, not the mails and envelopes that hold them', async () => {
  const documents = ['a.pdf', 'b.pdf'].map((name) => ({ ...row, name, jobId: null }));
  const envelope = { ...row, title: 'Bordereau 12.zip', receivedAt: null, documents };

  expect(await preview([envelope])).toContain('2 sur 2 à livrer');
});

it('does not call a source empty whose items are all settled', async () => {
  expect(await preview([])).toContain('Rien de nouveau à la source');
});
