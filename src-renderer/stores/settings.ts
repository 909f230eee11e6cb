// The program's settings, and what is running.
import { defineStore } from 'pinia';
import { shallowRef } from 'vue';
import type { About, Settings } from '#contract/model/settings';
import { useBridge } from '../bridge/bridge.ts';

export const useSettings = defineStore('settings', () => {
  const bridge = useBridge();
  const settings = shallowRef<Settings | null>(null);
  const about = shallowRef<About | null>(null);

  const load = async (): Promise<void> => {
    [settings.value, about.value] = await Promise.all([
      bridge.call('settings.get', {}),
      bridge.call('about.get', {}),
    ]);
  };
  const save = async (wanted: Settings): Promise<Settings> => {
    settings.value = await bridge.call('settings.save', wanted);
    return settings.value;
  };
  const bundle = () => bridge.call('support.bundle', {});
  return { settings, about, load, save, bundle };
});
