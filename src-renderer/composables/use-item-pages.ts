// The history, page by page; looked at again when a run ends.
import type { Ref } from 'vue';
import type { Item } from '#contract/model/item';
import { type ItemFilter, useItems } from '../stores/items.ts';
import { useRuns } from '../stores/runs.ts';
import { usePages } from './use-pages.ts';

export function useItemPages(filter: Readonly<Ref<ItemFilter>>) {
  const items = useItems();
  const runs = useRuns();
  return usePages<Item>({
    question: () => filter.value,
    changes: () => runs.endings,
    ask: (query, signal) => items.page({ ...filter.value, ...query }, signal),
  });
}
