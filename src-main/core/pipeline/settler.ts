// When the fates of delivered items are carried out: after each batch, or, where the source can do it beside its fetching,
// while the next one is under way. What waits for the disk then hides behind what waits for the documents.
import type { ItemId } from '#contract/ids';
import type { Source } from '../sources/source.ts';
import type { RunContext } from './run-context.ts';
import { settleDelivered } from './settle-items.ts';

export interface Settler {
  /** Throws as `settleDelivered`; what goes wrong beside is thrown by the next call. */
  batchEnded(): Promise<void>;
  /** All is listed: ends what is under way and settles what is left. Throws as `settleDelivered`. */
  allListed(): Promise<void>;
  /** Ends what is under way. Throws as `settleDelivered`. */
  end(): Promise<void>;
  /** It may be gone from its place by our own doing, and the ledger does not know yet. */
  isSettling(id: ItemId): boolean;
}

export function createSettler(context: RunContext, source: Source): Settler {
  const isBeside = source.settlesBeside === true;
  let underWay: Promise<void> | undefined;
  const ids = new Set<ItemId>();
  let failure: { readonly thrown: unknown } | undefined;

  const settleBeside = async (): Promise<void> => {
    try {
      await settleDelivered(context, source, { isListed: false, underWay: ids });
    } catch (thrown) {
      failure = { thrown };
    }
    underWay = undefined;
  };
  const throwFailure = (): void => {
    if (failure !== undefined) throw failure.thrown;
  };
  const end = async (): Promise<void> => {
    await underWay;
    throwFailure();
  };

  return {
    async batchEnded() {
      throwFailure();
      // One at a time: it asks the ledger again before it ends, and finds what came meanwhile.
      if (isBeside) underWay ??= settleBeside();
      else await settleDelivered(context, source, { isListed: false });
    },
    async allListed() {
      await end();
      await settleDelivered(context, source, { isListed: true });
    },
    end,
    isSettling: (id) => ids.has(id),
  };
}
