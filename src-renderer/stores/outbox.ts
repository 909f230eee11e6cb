// Messages on their way. `changes` counts what the core told, so that pages look again.
import { defineStore } from 'pinia';
import { computed, ref, shallowRef } from 'vue';
import type { CallInput } from '#contract/calls';
import type { OutboxId } from '#contract/ids';
import type { MessageDraft, OutboxCounts, OutboxMessage } from '#contract/model/outbox';
import { useBridge } from '../bridge/bridge.ts';

export const useOutbox = defineStore('outbox', () => {
  const bridge = useBridge();
  const counts = shallowRef<OutboxCounts | null>(null);
  const changes = ref(0);
  /** What somebody must decide. */
  const troubled = computed(() => (counts.value?.failed ?? 0) + (counts.value?.unknown ?? 0));

  const load = async (): Promise<void> => {
    counts.value = await bridge.call('outbox.counts', {});
    changes.value += 1;
  };
  /** Newest first. */
  const page = (query: CallInput<'outbox.list'>, signal: AbortSignal): Promise<OutboxMessage[]> =>
    bridge.call('outbox.list', query, { signal });
  return {
    counts,
    changes,
    troubled,
    load,
    page,
    get: (id: OutboxId) => bridge.call('outbox.get', { id }),
    send: (draft: MessageDraft) => bridge.call('outbox.send', draft),
    retry: (id: OutboxId) => bridge.call('outbox.retry', { id }),
    cancel: (id: OutboxId) => bridge.call('outbox.cancel', { id }),
  };
});
