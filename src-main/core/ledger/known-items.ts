// What is concluded already. The ledger is asked for each item while few are listed, however many it knows; a launcher that
// lists a good part of them (a hundred thousand old files) gets a compact memory, built once, kept up to date by the
// pipeline, dropped when filter or routing change.
import type { LauncherId } from '#contract/ids';
import type { LedgerRepo } from '../store/ledger-repo.ts';
import { createPairSet, LONGEST_PAIR, type PairSet } from './pair-set.ts';

export interface KnownItems {
  has(key: string, version: string): boolean;
  /** Concluded just now, as the ledger has it. */
  add(key: string, version: string): void;
  /** Something concluded may be so no longer: its row has another key, or a delivery that was cut has ended. */
  renew(): void;
}

export interface KnownItemsCache {
  /** For one launcher under one revision of its filter and routing. */
  of(launcherId: LauncherId, revision: string): KnownItems;
  /** After a change from outside a run: retry, replay, another configuration. */
  forget(launcherId: LauncherId): void;
}

/** What is asked of the ledger. */
export type Concluded = Pick<LedgerRepo, 'eachConcluded' | 'isConcluded' | 'itemCount'>;

type Entry = { readonly revision: string; pairs: PairSet | undefined };

/** So many questions of one run are asked of the ledger in any case. */
const FEW = 64;
/** A question costs as much as reading five to ten rows in a row: from here on, all are read. */
const SHARE = 1 / 16;

export function createKnownItemsCache(ledger: Concluded, few = FEW): KnownItemsCache {
  const entries = new Map<LauncherId, Entry>();

  const load = (launcherId: LauncherId, revision: string, items: number): PairSet => {
    const pairs = createPairSet(items);
    ledger.eachConcluded(launcherId, revision, (key, version) => {
      pairs.add(key, version);
    });
    return pairs;
  };

  return {
    of(launcherId, revision) {
      let entry = entries.get(launcherId);
      if (entry?.revision !== revision) {
        entry = { revision, pairs: undefined };
        entries.set(launcherId, entry);
      }
      const current = entry;
      let asked = 0;
      let limit = few;
      const ask = (key: string, version: string): boolean =>
        ledger.isConcluded(launcherId, revision, { key, version });
      return {
        has: (key, version) => {
          if (key.length + version.length > LONGEST_PAIR) return ask(key, version);
          if (current.pairs !== undefined) return current.pairs.has(key, version);
          asked += 1;
          if (asked <= limit) return ask(key, version);
          const items = ledger.itemCount(launcherId);
          limit = Math.max(few, items * SHARE);
          if (asked <= limit) return ask(key, version);
          current.pairs = load(launcherId, revision, items);
          return current.pairs.has(key, version);
        },
        add: (key, version) => current.pairs?.add(key, version),
        renew: () => {
          current.pairs = undefined;
          asked = 0;
        },
      };
    },
    forget: (launcherId) => {
      entries.delete(launcherId);
    },
  };
}
