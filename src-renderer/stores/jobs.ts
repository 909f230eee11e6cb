// COLD jobs as the core holds them.
import { defineStore } from 'pinia';
import { ref, shallowRef } from 'vue';
import type { JobId } from '#contract/ids';
import type { CheckReport } from '#contract/model/check';
import type { Job, JobDraft } from '#contract/model/cold-job';
import { useBridge } from '../bridge/bridge.ts';

export const useJobs = defineStore('jobs', () => {
  const bridge = useBridge();
  const list = shallowRef<readonly Job[]>([]);
  const isLoaded = ref(false);

  const byId = (id: string): Job | undefined => list.value.find((one) => one.id === id);
  /** As EzGED writes it: `87 - cold facturesfournisseurs`. */
  const titleOf = (id: string): string => {
    const job = byId(id);
    return job === undefined ? id : jobTitle(job);
  };

  const load = async (): Promise<void> => {
    list.value = await bridge.call('jobs.list', {});
    isLoaded.value = true;
  };
  const save = async (draft: JobDraft): Promise<Job> => {
    const saved = await bridge.call('jobs.save', draft);
    await load();
    return saved;
  };
  const remove = async (id: JobId): Promise<void> => {
    await bridge.call('jobs.delete', { id });
    await load();
  };
  const check = (id: JobId, signal: AbortSignal): Promise<CheckReport> =>
    bridge.call('jobs.check', { id }, { signal });
  return { list, isLoaded, byId, titleOf, load, save, remove, check };
});

export function jobTitle({ number, name }: Pick<Job, 'number' | 'name'>): string {
  return number === 0 ? name : `${number} - ${name}`;
}
