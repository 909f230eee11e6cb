// Notice rules, and the incidents they tell of.
import { defineStore } from 'pinia';
import { computed, ref, shallowRef } from 'vue';
import type { NoticeRuleId } from '#contract/ids';
import type { Incident, ListedNotice, NoticeRule, NoticeRuleDraft } from '#contract/model/notice';
import { useBridge } from '../bridge/bridge.ts';

export const useNotices = defineStore('notices', () => {
  const bridge = useBridge();
  const list = shallowRef<readonly ListedNotice[]>([]);
  const incidents = shallowRef<readonly Incident[]>([]);
  const isLoaded = ref(false);
  const open = computed(() => incidents.value.filter((one) => one.closedAt === null));

  const byId = (id: string) => list.value.find((one) => one.id === id);
  const load = async (): Promise<void> => {
    [list.value, incidents.value] = await Promise.all([
      bridge.call('notices.list', {}),
      bridge.call('notices.incidents', { limit: 200 }),
    ]);
    isLoaded.value = true;
  };
  const save = async (draft: NoticeRuleDraft): Promise<NoticeRule> => {
    const saved = await bridge.call('notices.save', draft);
    await load();
    return saved;
  };
  const remove = async (id: NoticeRuleId): Promise<void> => {
    await bridge.call('notices.delete', { id });
    await load();
  };
  const test = (id: NoticeRuleId) => bridge.call('notices.test', { id });
  return { list, incidents, open, isLoaded, byId, load, save, remove, test };
});
