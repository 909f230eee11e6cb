// Accounts as the core holds them; secrets go in and never come out.
import { defineStore } from 'pinia';
import { ref, shallowRef } from 'vue';
import type { AccountId } from '#contract/ids';
import type { Account, AccountDraft } from '#contract/model/account';
import { useBridge } from '../bridge/bridge.ts';

export const useAccounts = defineStore('accounts', () => {
  const bridge = useBridge();
  const list = shallowRef<readonly Account[]>([]);
  const isLoaded = ref(false);

  const byId = (id: string): Account | undefined => list.value.find((one) => one.id === id);

  const load = async (): Promise<void> => {
    list.value = await bridge.call('accounts.list', {});
    isLoaded.value = true;
  };
  const save = async (draft: AccountDraft): Promise<Account> => {
    const saved = await bridge.call('accounts.save', draft);
    await load();
    return saved;
  };
  const remove = async (id: AccountId): Promise<void> => {
    await bridge.call('accounts.delete', { id });
    await load();
  };
  const signOut = async (id: AccountId): Promise<void> => {
    await bridge.call('accounts.signOut', { id });
    await load();
  };
  return { list, isLoaded, byId, load, save, remove, signOut };
});
