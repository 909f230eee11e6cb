// Which row of a virtual table has the focus, and the keys that move it. A row far away must be drawn before it can take it.
import { nextTick, type Ref, ref, watch } from 'vue';

const PAGE = 12;

type Options = {
  readonly rows: () => readonly unknown[];
  readonly scroller: Readonly<Ref<HTMLElement | null>>;
  readonly scrollTo: (index: number) => void;
};

export function useRowFocus({ rows, scroller, scrollTo }: Options) {
  const focused = ref(0);
  const isRow = (): boolean =>
    document.activeElement?.matches('[data-row]') === true &&
    scroller.value?.contains(document.activeElement) === true;
  watch(rows, async ({ length }) => {
    const wasRow = isRow();
    focused.value = Math.min(focused.value, Math.max(0, length - 1));
    await nextTick();
    if (!wasRow || length === 0) return;
    // The row in focus may have moved; where it went away, the one in its place takes the focus.
    if (isRow()) focused.value = Number(document.activeElement?.getAttribute('data-row'));
    else await focusRow(focused.value);
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
    const last = rows().length - 1;
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
