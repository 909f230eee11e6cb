// The shapes of ascending lists of whole numbers that have short words: runs, even steps, whole ranges. Pure.

export type Run = { readonly from: number; readonly to: number };

/** Runs of neighbours: 1,2,3,7 → 1–3, 7–7. */
export function runsOf(ascending: readonly number[]): readonly Run[] {
  return ascending.reduce<readonly Run[]>((runs, value) => {
    const last = runs.at(-1);
    if (last?.to === value - 1) return [...runs.slice(0, -1), { from: last.from, to: value }];
    return [...runs, { from: value, to: value }];
  }, []);
}

export function isFull(
  ascending: readonly number[],
  limits: { min: number; max: number },
): boolean {
  return ascending.length === limits.max - limits.min + 1;
}

/**
 * The step of 0, n, 2n, … when it divides `period` (so the rhythm has no seam): 1 = every value, `period` = 0 alone.
 * Null for anything else.
 */
export function dividingStep(ascending: readonly number[], period: number): number | null {
  const step = period / ascending.length;
  const isEven = Number.isInteger(step) && ascending.every((value, i) => value === i * step);
  return isEven ? step : null;
}

/** `1–3, 7`; a long even step is cut: `1, 3, 5 … 31`. Reads the same in every language. */
export function listText(ascending: readonly number[]): string {
  const [first = 0, second = 0, third = 0] = ascending;
  const step = second - first;
  const isStepped = step > 1 && ascending.every((value, i) => value === first + i * step);
  if (isStepped && ascending.length > 5) {
    return `${first}, ${second}, ${third} … ${ascending.at(-1) ?? ''}`;
  }
  return runsOf(ascending)
    .map(({ from, to }) =>
      from === to ? `${from}` : to === from + 1 ? `${from}, ${to}` : `${from}–${to}`,
    )
    .join(', ');
}
