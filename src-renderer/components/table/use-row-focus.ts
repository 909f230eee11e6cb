// Which row of a virtual table has the focus, and the keys that move it. A row far away must be drawn before it can take it.
import { nextTick, type Ref, ref, watch } from 'vue';

const PAGE = 12;

type Options = {
  readonly count: () => number;
  readonly scroller: Readonly<Ref<HTMLElement | null>>;
  readonly scrollTo: (index: number) => void;
};

export function useRowFocus({ count, scroller, scrollTo }: Options) {
  const focused = ref(0);
  watch(count, (rows) => {
    focused.value = Math.min(focused.value, Math.max(0, rows - 1));
  });

  const focusRow = async (index: number): Promise<void> => {
    focused.value = index;
    scrollTo(index);
    await nextTick();
    requestAnimationFrame(() => {
      scroller.value?.querySelector<HTMLElement>(`[data-row="${index}"]`)?.focus();
    });
  };
  /** True when the key was one that moves. */
  const move = (event: KeyboardEvent): boolean => {
    const last = count() - 1;
    const targets: Readonly<Record<string, number>> = {
      ArrowDown: focused.value + 1,
      ArrowUp: focused.value - 1,
      PageDown: focused.value + PAGE,
      PageUp: focused.value - PAGE,
      Home: 0,
      End: last,
    };
    const target = targets[event.key];
    if (target === undefined) return false;
    event.preventDefault();
    void focusRow(Math.max(0, Math.min(last, target)));
    return true;
  };
  return { focused, move };
}
