// What is concluded already. The ledger is asked for each item while few are listed, however many it knows; a launcher that
// lists a good part of them (a hundred thousand old files) gets a compact memory, built a slice with each question, so that
// nothing is held up, kept up to date by the pipeline, dropped when filter or routing change.
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
export type Concluded = Pick<LedgerRepo, 'concludedBehind' | 'isConcluded' | 'itemCount'>;

type Entry = {
  readonly revision: string;
  pairs: PairSet | undefined;
  /** Up to this item the pairs are read; null = to the end. */
  after: number | null;
};

/** So many questions of one run are asked of the ledger in any case. */
const FEW = 64;
/** A question costs as much as reading five to ten rows in a row: from here on, all are read. */
const SHARE = 1 / 16;

/** Rows read with a question: half a millisecond. */
const SLICE = 256;

export function createKnownItemsCache(
  ledger: Concluded,
  { few = FEW, slice = SLICE } = {},
): KnownItemsCache {
  const entries = new Map<LauncherId, Entry>();

  /** True once all are read. */
  const readOn = (launcherId: LauncherId, entry: Entry, pairs: PairSet): boolean => {
    if (entry.after === null) return true;
    const see = (key: string, version: string): void => {
      pairs.add(key, version);
    };
    const from = { after: entry.after, rows: slice, see };
    entry.after = ledger.concludedBehind(launcherId, entry.revision, from);
    return entry.after === null;
  };

  return {
    of(launcherId, revision) {
      let entry = entries.get(launcherId);
      if (entry?.revision !== revision) {
        entry = { revision, pairs: undefined, after: 0 };
        entries.set(launcherId, entry);
      }
      const current = entry;
      let asked = 0;
      let limit = few;
      const ask = (key: string, version: string): boolean =>
        ledger.isConcluded(launcherId, revision, { key, version });
      /** Undefined where it does not pay: few are asked for. */
      const memory = (): PairSet | undefined => {
        if (current.pairs !== undefined) return current.pairs;
        asked += 1;
        if (asked <= limit) return undefined;
        const items = ledger.itemCount(launcherId);
        limit = Math.max(few, items * SHARE);
        if (asked <= limit) return undefined;
        current.pairs = createPairSet(items);
        return current.pairs;
      };
      return {
        has: (key, version) => {
          if (key.length + version.length > LONGEST_PAIR) return ask(key, version);
          const pairs = memory();
          return pairs !== undefined && readOn(launcherId, current, pairs)
            ? pairs.has(key, version)
            : ask(key, version);
        },
        // Also while they are read: its row may be one that was passed already.
        add: (key, version) => current.pairs?.add(key, version),
        renew: () => {
          current.pairs = undefined;
          current.after = 0;
          asked = 0;
        },
      };
    },
    forget: (launcherId) => {
      entries.delete(launcherId);
    },
  };
}
