// Tries a filter on names while it is typed: verdicts, what it does in words, surprises and a better spelling.
import { computed, type Ref, watch } from 'vue';
import type { FilterSpec } from '#contract/model/filter';
import { useBridge } from '../bridge/bridge.ts';
import { useAction } from './use-action.ts';
import { useSettling } from './use-settling.ts';

/** What one call takes. */
export const MAX_NAMES = 10_000;

export function useFilterTest(
  filter: Readonly<Ref<FilterSpec>>,
  names: Readonly<Ref<readonly string[]>>,
) {
  const bridge = useBridge();
  const test = useAction((signal) =>
    bridge.call(
      'filter.test',
      { filter: { ...filter.value }, names: names.value.slice(0, MAX_NAMES) },
      { signal },
    ),
  );
  const testSoon = useSettling(() => void test.run(), 200);
  watch([filter, names], testSoon, { deep: true });
  void test.run();

  const verdicts = computed(() => test.result.value?.verdicts ?? []);
  const analysis = computed(() =>
    test.error.value ? null : (test.result.value?.analysis ?? null),
  );
  const accepted = computed(() => verdicts.value.filter((one) => one.accepted).length);
  return { verdicts, analysis, accepted, error: test.error, isBusy: test.isBusy };
}
