// Something by what somebody typed: its id, or its whole name without regard to case and accents. Never by the beginning of a
// name: `delete` and scripts must not depend on what else there is.
import type { ConfigError } from '../../core/errors.ts';
import type { Language } from '#contract/texts/texts';
import { usageError } from '../usage-error.ts';

type Search<T> = {
  readonly language: Language;
  readonly nameOf: (one: T) => string;
  readonly unknown: () => ConfigError;
  /** `ids`: of the first two that have the name. */
  readonly ambiguous: (ids: string) => ConfigError;
};

/** Throws what `unknown` and `ambiguous` make. */
export function findBy<T extends { readonly id: string }>(
  all: readonly T[],
  wanted: string,
  { language, nameOf, unknown, ambiguous }: Search<T>,
): T {
  const byId = all.find((one) => one.id === wanted);
  if (byId !== undefined) return byId;
  const { compare } = new Intl.Collator(language, { sensitivity: 'base' });
  const [first, second] = all.filter((one) => compare(nameOf(one), wanted.trim()) === 0);
  if (first === undefined) throw unknown();
  if (second !== undefined) throw ambiguous(`${first.id}, ${second.id}`);
  return first;
}

/** A service or connector; `list`: the command that shows them. Throws usage errors `usage.unknownName`, `usage.ambiguousName` {name, ids}. */
export function findNamed<T extends { readonly id: string; readonly name: string }>(
  all: readonly T[],
  wanted: string,
  { language, list }: { readonly language: Language; readonly list: string },
): T {
  return findBy(all, wanted, {
    language,
    nameOf: ({ name }) => name,
    unknown: () => usageError('usage.unknownName', { name: wanted, list }),
    ambiguous: (ids) => usageError('usage.ambiguousName', { name: wanted, ids }),
  });
}
