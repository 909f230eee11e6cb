// How many items one run may still fetch. What costs nothing (known, filtered, waiting) is not counted: items that are
// put off again and again must not keep those behind them from their turn.

export interface Budget {
  /** As many of `wanted` as may be taken; they are taken by it. */
  take(wanted: number): number;
}

/** @param maxItems 0 = no limit. */
export function createBudget(maxItems: number): Budget {
  let left = maxItems === 0 ? Number.POSITIVE_INFINITY : maxItems;
  return {
    take(wanted) {
      const taken = Math.min(wanted, left);
      left -= taken;
      return taken;
    },
  };
}
