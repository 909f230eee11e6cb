// Calls something once a burst is over: events arrive in bursts, typing too.
import { onScopeDispose } from 'vue';

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
