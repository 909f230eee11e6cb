// A long list of the core, newest first, page by page as far as the reader scrolls; looked at again when the core says that
// something changed, and from the top when the question is another one. Only the answer to the last question counts.
import { computed, ref, shallowRef, watch } from 'vue';
import { useAction } from './use-action.ts';

const PAGE = 500;
/** What one call gives at most. */
const MOST = 5000;

export type PageQuery<Row extends { readonly id: number }> = {
  readonly limit: number;
  /** Only rows older than this one. */
  readonly before?: Row['id'];
};

type Options<Row extends { readonly id: number }> = {
  readonly ask: (query: PageQuery<Row>, signal: AbortSignal) => Promise<readonly Row[]>;
  /** What is asked for: another value begins from the top. */
  readonly question: () => unknown;
  /** Counts what happened to the rows. */
  readonly changes: () => unknown;
};

export function usePages<Row extends { readonly id: number }>(options: Options<Row>) {
  const rows = shallowRef<readonly Row[]>([]);
  const isComplete = ref(false);
  /** An answer has come: that there are no rows is true. */
  const isLoaded = ref(false);
  let wantsOlder = false;

  const { run, isBusy, error } = useAction((signal, query: PageQuery<Row>) =>
    options.ask(query, signal),
  );

  const look = async (known: readonly Row[]): Promise<void> => {
    const limit = Math.min(MOST, Math.max(PAGE, known.length));
    const found = await run({ limit });
    if (error.value !== null && known.length === 0) rows.value = [];
    if (found === undefined) return;
    // Rows beyond what one call gives stay as they are, so that the place the reader scrolled to does too.
    const last = found.length < limit ? undefined : found.at(-1);
    const older = last === undefined ? [] : known.filter((row) => row.id < last.id);
    rows.value = [...found, ...older];
    isComplete.value = last === undefined || (older.length > 0 && isComplete.value);
    isLoaded.value = true;
    if (wantsOlder) await loadMore();
  };
  const loadMore = async (): Promise<void> => {
    const last = rows.value.at(-1);
    if (last === undefined || isComplete.value) return;
    wantsOlder = true;
    if (isBusy.value) return;
    const found = await run({ limit: PAGE, before: last.id });
    // Overtaken by another look: that one goes on with this.
    if (found === undefined && error.value === null) return;
    wantsOlder = false;
    if (found === undefined) return;
    rows.value = [...rows.value, ...found];
    isComplete.value = found.length < PAGE;
  };
  const reload = (): Promise<void> => look(rows.value);
  /** Down to the oldest one; stops where it fails or is overtaken by another look. */
  const loadAll = async (): Promise<void> => {
    let last = rows.value.at(-1);
    while (last !== undefined && !isComplete.value) {
      const found = await run({ limit: MOST, before: last.id });
      if (found === undefined) return;
      rows.value = [...rows.value, ...found];
      isComplete.value = found.length < MOST;
      last = found.at(-1);
    }
  };

  const question = computed(() => JSON.stringify(options.question()));
  watch(
    question,
    () => {
      wantsOlder = false;
      void look([]);
    },
    { immediate: true },
  );
  watch(options.changes, () => void reload());
  return { rows, isComplete, isLoaded, isBusy, loadMore, loadAll, reload, error };
}
