// Runs: start, stop, look back. `endings` counts the runs that ended since the window opened, so that pages look again.
import { defineStore } from 'pinia';
import { ref } from 'vue';
import type { CallInput } from '#contract/calls';
import type { LauncherId } from '#contract/ids';
import type { Run } from '#contract/model/run';
import { useBridge } from '../bridge/bridge.ts';

export const useRuns = defineStore('runs', () => {
  const bridge = useBridge();
  const endings = ref(0);

  /** Newest first. */
  const list = (query: CallInput<'runs.list'>, signal: AbortSignal): Promise<Run[]> =>
    bridge.call('runs.list', query, { signal });
  const start = async (id: LauncherId): Promise<boolean> => {
    const { started } = await bridge.call('runs.start', { id });
    return started;
  };
  const stop = async (id: LauncherId): Promise<void> => {
    await bridge.call('runs.stop', { id });
  };
  const noteEnding = (): void => {
    endings.value += 1;
  };
  return { endings, list, start, stop, noteEnding };
});
