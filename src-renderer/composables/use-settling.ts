// Doing something less often than it is asked for.
import { onScopeDispose } from 'vue';

/** Once nobody has asked for a while: somebody types. */
export function useSettling(work: () => void, waitMs: number): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  onScopeDispose(() => {
    clearTimeout(timer);
  });
  return () => {
    clearTimeout(timer);
    timer = setTimeout(work, waitMs);
  };
}

/** Once in a while however often it is asked for: events of the core may come without a pause for minutes. */
export function useGathering(work: () => void, waitMs: number): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  onScopeDispose(() => {
    clearTimeout(timer);
  });
  return () => {
    timer ??= setTimeout(() => {
      timer = undefined;
      work();
    }, waitMs);
  };
}
