// Launchers as the core holds them.
import { defineStore } from 'pinia';
import { ref, shallowRef } from 'vue';
import { LauncherId } from '#contract/ids';
import type { Launcher, LauncherDraft } from '#contract/model/launcher';
import { useBridge } from '../bridge/bridge.ts';

export const useLaunchers = defineStore('launchers', () => {
  const bridge = useBridge();
  const list = shallowRef<readonly Launcher[]>([]);
  const isLoaded = ref(false);

  const byId = (id: string): Launcher | undefined => list.value.find((one) => one.id === id);
  const nameOf = (id: string): string => byId(id)?.description ?? id;

  const load = async (): Promise<void> => {
    list.value = await bridge.call('launchers.list', {});
    isLoaded.value = true;
  };
  const save = async (draft: LauncherDraft): Promise<Launcher> => {
    const saved = await bridge.call('launchers.save', draft);
    await load();
    return saved;
  };
  const remove = async (id: LauncherId): Promise<void> => {
    await bridge.call('launchers.delete', { id });
    await load();
  };
  const setEnabled = async (id: LauncherId, enabled: boolean): Promise<void> => {
    await bridge.call('launchers.setEnabled', { id, enabled });
    await load();
  };
  const setPaused = async (id: LauncherId, paused: boolean): Promise<void> => {
    await bridge.call('launchers.setPaused', { id, paused });
    await load();
  };
  return { list, isLoaded, byId, nameOf, load, save, remove, setEnabled, setPaused };
});
