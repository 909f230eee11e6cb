// The state of everything, and the progress of runs under way.
import { defineStore } from 'pinia';
import { computed, ref, shallowRef } from 'vue';
import type { LauncherId } from '#contract/ids';
import type { RunCounts } from '#contract/model/run';
import type { LauncherStatus, Status } from '#contract/model/status';
import { useBridge } from '../bridge/bridge.ts';

export const useStatus = defineStore('status', () => {
  const bridge = useBridge();
  const status = shallowRef<Status | null>(null);
  const progress = ref(new Map<LauncherId, RunCounts>());

  const launchers = computed<readonly LauncherStatus[]>(() => status.value?.launchers ?? []);
  const of = (id: string): LauncherStatus | undefined =>
    launchers.value.find((one) => one.launcherId === id);
  const openCount = (state: string): number =>
    launchers.value.reduce((sum, one) => sum + (one.open[state] ?? 0), 0);

  const refresh = async (): Promise<void> => {
    status.value = await bridge.call('status.get', {});
  };
  const noteProgress = (id: LauncherId, counts: RunCounts): void => {
    progress.value.set(id, counts);
  };
  const forgetProgress = (id: LauncherId): void => {
    progress.value.delete(id);
  };
  const pauseAll = async (paused: boolean): Promise<void> => {
    await bridge.call('launchers.pauseAll', { paused });
    await refresh();
  };
  return {
    status,
    progress,
    launchers,
    of,
    openCount,
    refresh,
    noteProgress,
    forgetProgress,
    pauseAll,
  };
});
