// Items of the ledger: pages of the history, one item with its documents, retry and replay.
import { defineStore } from 'pinia';
import type { CallInput } from '#contract/calls';
import type { ItemId, LauncherId } from '#contract/ids';
import type { Item, ItemState } from '#contract/model/item';
import type { JournalEntry } from '#contract/model/journal';
import { useBridge } from '../bridge/bridge.ts';

export type ItemFilter = {
  readonly launcherId?: LauncherId;
  readonly state?: ItemState;
  /** Beginnings of words of the title or of a document's name. */
  readonly text?: string;
};

/** Per call: each is one transaction, and the core has others to serve meanwhile. */
const AT_ONCE = 1000;

export const useItems = defineStore('items', () => {
  const bridge = useBridge();

  /** Newest first. */
  const page = (query: CallInput<'items.list'>, signal: AbortSignal): Promise<Item[]> =>
    bridge.call('items.list', query, { signal });
  /** Items that a search does not find yet, at most. */
  const searchRest = async (signal: AbortSignal): Promise<number> =>
    (await bridge.call('items.searchRest', {}, { signal })).left;
  const get = (id: ItemId): Promise<Item> => bridge.call('items.get', { id });
  const retry = (id: ItemId): Promise<Item> => bridge.call('items.retry', { id });
  const replay = (id: ItemId): Promise<Item> => bridge.call('items.replay', { id });
  const inPortions =
    (name: 'items.retryMany' | 'items.dismiss') =>
    async (ids: readonly ItemId[]): Promise<number> => {
      let changed = 0;
      for (let from = 0; from < ids.length; from += AT_ONCE)
        changed += (await bridge.call(name, { ids: ids.slice(from, from + AT_ONCE) })).count;
      return changed;
    };
  const retryMany = inPortions('items.retryMany');
  const dismiss = inPortions('items.dismiss');
  /** Newest first. */
  const journal = (
    query: CallInput<'journal.list'>,
    signal: AbortSignal,
  ): Promise<JournalEntry[]> => bridge.call('journal.list', query, { signal });
  const exportTo = async (path: string, launcherId?: LauncherId): Promise<number> => {
    const query = { path, ...(launcherId === undefined ? {} : { launcherId }) };
    return (await bridge.call('history.export', query)).rows;
  };
  return { page, searchRest, get, retry, replay, retryMany, dismiss, journal, exportTo };
});
