// Something the reader asked for: busy while it lasts, its error kept for the page, cancelled when the page goes away.
import { onScopeDispose, readonly, ref, shallowRef } from 'vue';
import { type BridgeError, toBridgeError } from '../bridge/bridge-error.ts';

export type Action<A extends readonly unknown[], R> = ReturnType<typeof useAction<A, R>>;

/** `run` answers undefined when it failed or was cancelled; a second `run` cancels the first. */
export function useAction<A extends readonly unknown[], R>(
  work: (signal: AbortSignal, ...given: A) => Promise<R>,
) {
  const isBusy = ref(false);
  const error = shallowRef<BridgeError | null>(null);
  const result = shallowRef<R | null>(null);
  let current = new AbortController();

  const run = async (...given: A): Promise<R | undefined> => {
    current.abort();
    const mine = (current = new AbortController());
    isBusy.value = true;
    error.value = null;
    try {
      const value = await work(mine.signal, ...given);
      if (mine.signal.aborted) return undefined;
      result.value = value;
      return value;
    } catch (thrown) {
      if (!mine.signal.aborted) error.value = toBridgeError(thrown);
      return undefined;
    } finally {
      if (mine === current) isBusy.value = false;
    }
  };
  const cancel = (): void => {
    current.abort();
    isBusy.value = false;
  };
  const clear = (): void => {
    cancel();
    error.value = null;
    result.value = null;
  };
  onScopeDispose(cancel);
  return { run, cancel, clear, isBusy: readonly(isBusy), error, result };
}
