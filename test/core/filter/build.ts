// What the filter tests share: a spec from two texts, one engine for a file, a verdict as a word.
import { createFilterEngine, type FilterEngine } from '#core/filter/filter-engine';
import type { FilterSpec } from '#contract/model/filter';
import { afterAll } from 'vitest';

export function spec(include = '*.*', exclude = '', caseSensitive = false): FilterSpec {
  return { include, exclude, caseSensitive };
}

export const never: AbortSignal = new AbortController().signal;

/** An engine that is closed when the file's tests are over. */
export function useEngine(): FilterEngine {
  const engine = createFilterEngine({ limitMs: 5000 });
  afterAll(() => engine.close());
  return engine;
}

/** The names that pass, in order. */
export async function passing(
  engine: FilterEngine,
  filter: FilterSpec,
  names: readonly string[],
): Promise<readonly string[]> {
  const verdicts = await engine.judge(filter, names, never);
  return verdicts.filter(({ accepted }) => accepted).map(({ name }) => name);
}
