// The history, page by page, as far as the reader scrolls; looked at again from the top when a run ends.
import { computed, type Ref, shallowRef, watch } from 'vue';
import type { Item } from '#contract/model/item';
import { type ItemFilter, useItems } from '../stores/items.ts';
import { useRuns } from '../stores/runs.ts';
import { useAction } from './use-action.ts';

const PAGE = 500;

export function useItemPages(filter: Readonly<Ref<ItemFilter>>) {
  const items = useItems();
  const runs = useRuns();
  const rows = shallowRef<readonly Item[]>([]);
  const isComplete = shallowRef(false);

  /** As many as are shown already, so that the place the reader scrolled to stays where it is. */
  const reload = useAction(async () => {
    const wanted = Math.min(5000, Math.max(PAGE, rows.value.length));
    const found = await items.page(filter.value, wanted);
    rows.value = found;
    isComplete.value = found.length < wanted;
  });
  const more = useAction(async () => {
    const last = rows.value.at(-1);
    if (last === undefined || isComplete.value) return;
    const found = await items.page(filter.value, PAGE, last.id);
    rows.value = [...rows.value, ...found];
    isComplete.value = found.length < PAGE;
  });
  const loadMore = (): void => {
    if (!more.isBusy.value && !reload.isBusy.value) void more.run();
  };

  watch(
    filter,
    () => {
      rows.value = [];
      void reload.run();
    },
    { immediate: true, deep: true },
  );
  watch(
    () => runs.endings,
    () => void reload.run(),
  );
  const error = computed(() => reload.error.value ?? more.error.value);
  const isLoaded = computed(() => !reload.isBusy.value);
  return { rows, isComplete, isLoaded, loadMore, reload: () => reload.run(), error };
}
