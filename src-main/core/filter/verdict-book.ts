// Verdicts on invented names, learned in batches and then looked up: experiments read better that way.
import type { FilterSpec } from '#contract/model/filter';
import type { Judge } from './filter-engine.ts';

export type VerdictBook = {
  /** Judges those of the names that are not known yet. Throws what the judge throws. */
  learn(names: readonly string[]): Promise<void>;
  /** Whether a learned name is accepted. A name never learned is not. */
  readonly accepts: (name: string) => boolean;
};

export function openVerdictBook(spec: FilterSpec, judge: Judge, signal: AbortSignal): VerdictBook {
  const known = new Map<string, boolean>();
  return {
    async learn(names) {
      const fresh = [...new Set(names)].filter((name) => !known.has(name));
      for (const { name, accepted } of await judge(spec, fresh, signal)) known.set(name, accepted);
    },
    accepts: (name) => known.get(name) ?? false,
  };
}
