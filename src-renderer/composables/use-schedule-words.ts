// What a schedule says in words and when it fires next, asked of the core a moment after the last change.
import { computed, type Ref, shallowRef, watch } from 'vue';
import type { ScheduleRow } from '#contract/model/schedule';
import { useBridge } from '../bridge/bridge.ts';
import { useTexts } from '../i18n/texts.ts';
import { useAction } from './use-action.ts';
import { useSettling } from './use-settling.ts';

export function useScheduleWords(rows: Readonly<Ref<readonly ScheduleRow[]>>, count = 10) {
  const bridge = useBridge();
  const { sayKey } = useTexts();
  const instants = shallowRef<readonly string[]>([]);
  const phrases = shallowRef<readonly (readonly Phrase[])[]>([]);

  const look = useAction(async (signal) => {
    const schedule = rows.value.map((row) => ({ ...row }));
    const answer = await bridge.call('schedule.next', { schedule, count }, { signal });
    instants.value = answer.instants;
    phrases.value = answer.words;
  });
  const lookSoon = useSettling(() => void look.run(), 200);
  watch(rows, lookSoon, { deep: true });
  void look.run();

  /** One row as a sentence: "du lundi au vendredi, à 8 h 30". Empty while it is not understood. */
  const wordsOf = (index: number): string =>
    (phrases.value[index] ?? []).map(({ code, params }) => sayKey(code, params)).join(', ');
  /** None while a row is wrong: it would not fire as it did before. */
  const shown = computed(() => (look.error.value === null ? instants.value : []));
  return { instants: shown, wordsOf, error: look.error };
}

type Phrase = { readonly code: string; readonly params: Readonly<Record<string, unknown>> };
