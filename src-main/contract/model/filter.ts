// Filter on file names (Filtre de nom de fichier). One field holds two languages, as in EzGED: text between
// slashes, `/…/`, is a regular expression matched from the START of the name (Python's re.match); anything
// else is a list of globs separated by `;`. Sentences for the codes lie under `filter` in the locales.
import { z } from 'zod';
import { Reason } from '../error-codes.ts';

export const FilterSpec = z.object({
  /** Names to take. `*.*`, `*` and an empty field are every file, names without a dot included, as on Windows. */
  include: z.string().max(1000).default('*.*'),
  /** Names to leave although included; empty = none. The same two languages. */
  exclude: z.string().max(1000).default(''),
  /**
   * For globs only. A regular expression always minds case unless it begins with `(?i)`: filters copied
   * from EzGED must go on meaning what they meant there.
   */
  caseSensitive: z.boolean().default(false),
});
export type FilterSpec = z.infer<typeof FilterSpec>;

export const FilterVerdict = z.object({
  /** The name as it was asked, not normalised. */
  name: z.string(),
  accepted: z.boolean(),
  /** `filter.accepted`, `filter.notIncluded`, `filter.excluded` with `pattern`; `filter.nameTooLong` with `length`, `max`. */
  reason: Reason,
});
export type FilterVerdict = z.infer<typeof FilterVerdict>;

/** A name whose verdict surprises; `why` is one of `filter.why.*`. */
export const FilterCounterExample = z.object({
  name: z.string(),
  accepted: z.boolean(),
  why: Reason,
});
export type FilterCounterExample = z.infer<typeof FilterCounterExample>;

export const FilterSuggestion = z.object({
  spec: FilterSpec,
  /** One of `filter.suggest.*`. */
  why: Reason,
  /** Names whose verdict would change if the suggestion were taken, wanted or not. */
  changes: z.array(z.object({ name: z.string(), before: z.boolean(), after: z.boolean() })),
});
export type FilterSuggestion = z.infer<typeof FilterSuggestion>;

export const FilterAnalysis = z.object({
  /** Language of the include field. */
  language: z.enum(['glob', 'regex']),
  /** What the filter does, in the order to be read; `filter.words.*`. */
  words: z.array(Reason),
  counterExamples: z.array(FilterCounterExample),
  suggestion: FilterSuggestion.nullable(),
});
export type FilterAnalysis = z.infer<typeof FilterAnalysis>;
