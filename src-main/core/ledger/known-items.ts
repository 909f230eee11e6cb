// What is concluded already, in memory: a look at a hundred thousand old files must not ask the database for each.
// Built at the first question of a launcher, kept up to date by the pipeline, dropped when filter or routing change.
import type { LauncherId } from '#contract/ids';
import type { LedgerRepo } from '../store/ledger-repo.ts';

export interface KnownItems {
  has(key: string, version: string): boolean;
  add(key: string, version: string): void;
}

export interface KnownItemsCache {
  /** For one launcher under one revision of its filter and routing. */
  of(launcherId: LauncherId, revision: string): KnownItems;
  /** After a change from outside a run: retry, replay, another configuration. */
  forget(launcherId: LauncherId): void;
}

type Entry = { readonly revision: string; versions: Map<string, string> | undefined };

export function createKnownItemsCache(ledger: LedgerRepo): KnownItemsCache {
  const entries = new Map<LauncherId, Entry>();

  const load = (launcherId: LauncherId, revision: string): Map<string, string> => {
    // A key may have several versions in the ledger; the row read last is the newest.
    const versions = new Map<string, string>();
    ledger.eachConcluded(launcherId, revision, (key, version) => versions.set(key, version));
    return versions;
  };

  return {
    of(launcherId, revision) {
      let entry = entries.get(launcherId);
      if (entry?.revision !== revision) {
        entry = { revision, versions: undefined };
        entries.set(launcherId, entry);
      }
      const current = entry;
      return {
        has: (key, version) => {
          current.versions ??= load(launcherId, revision);
          return current.versions.get(key) === version;
        },
        add: (key, version) => current.versions?.set(key, version),
      };
    },
    forget: (launcherId) => {
      entries.delete(launcherId);
    },
  };
}
