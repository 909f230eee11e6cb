// What a search has not gone through yet. The core answers within a moment, also where a long history was never read for its words:
// how much is left is asked after each answer, followed while somebody waits, and the search is made again at its end.
import { onScopeDispose, type Ref, ref, watch } from 'vue';
import { useItems } from '../stores/items.ts';
import { useAction } from './use-action.ts';

const FOLLOW_MS = 1500;

type Options = {
  /** Empty: nothing is searched for. */
  readonly text: () => string;
  /** Another value with every answer. */
  readonly answer: () => unknown;
  readonly again: () => Promise<unknown>;
};

export function useSearchRest({ text, answer, again }: Options): { readonly left: Ref<number> } {
  const items = useItems();
  const left = ref(0);
  let waiting: ReturnType<typeof setTimeout> | undefined;

  const ask = useAction((signal) => items.searchRest(signal));
  const look = async (): Promise<void> => {
    clearTimeout(waiting);
    if (text() === '') {
      left.value = 0;
      return;
    }
    const found = await ask.run();
    // The core is away, or another look is on its way.
    if (found === undefined) return;
    const isOver = found === 0 && left.value > 0;
    left.value = found;
    if (found > 0) waiting = setTimeout(() => void look(), FOLLOW_MS);
    else if (isOver) await again();
  };
  // Words that change bring another answer: asked before it, the question would be cancelled by its own answer.
  watch(answer, () => void look());
  onScopeDispose(() => {
    clearTimeout(waiting);
  });
  return { left };
}
