// The time, for what is computed from it: computed again each minute as long as the window keeps time, for it may stand open for weeks.
import { customRef, onMounted, onUnmounted } from 'vue';

const MINUTE_MS = 60_000;

/** Always the very moment; watchers hear of it once a minute. */
export const now = customRef<Date>((track, trigger) => ({
  get: () => {
    track();
    return new Date();
  },
  set: trigger,
}));

/** While the component that calls it is there. */
export function keepTime(): void {
  let ticking: ReturnType<typeof setInterval> | undefined;
  onMounted(() => {
    ticking = setInterval(() => {
      now.value = new Date();
    }, MINUTE_MS);
  });
  onUnmounted(() => {
    clearInterval(ticking);
  });
}
