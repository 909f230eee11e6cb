// Items of the ledger: pages of the history, one item with its documents, retry and replay.
import { defineStore } from 'pinia';
import type { ItemId, LauncherId } from '#contract/ids';
import type { Item, ItemState } from '#contract/model/item';
import type { JournalEntry } from '#contract/model/journal';
import { useBridge } from '../bridge/bridge.ts';

export type ItemFilter = { readonly launcherId?: LauncherId; readonly state?: ItemState };

export const useItems = defineStore('items', () => {
  const bridge = useBridge();

  /** Newest first, older than `before`. */
  const page = (filter: ItemFilter, limit: number, before?: number): Promise<Item[]> =>
    bridge.call('items.list', { ...filter, limit, ...(before === undefined ? {} : { before }) });
  const get = (id: ItemId): Promise<Item> => bridge.call('items.get', { id });
  const retry = (id: ItemId): Promise<Item> => bridge.call('items.retry', { id });
  const replay = (id: ItemId): Promise<Item> => bridge.call('items.replay', { id });
  const journal = (limit: number, launcherId?: LauncherId): Promise<JournalEntry[]> =>
    bridge.call('journal.list', { limit, ...(launcherId === undefined ? {} : { launcherId }) });
  const exportTo = async (path: string, launcherId?: LauncherId): Promise<number> => {
    const query = { path, ...(launcherId === undefined ? {} : { launcherId }) };
    return (await bridge.call('history.export', query)).rows;
  };
  return { page, get, retry, replay, journal, exportTo };
});
