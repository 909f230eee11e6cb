// A service or connector by what somebody typed: its id, or its whole name without regard to case and accents.
import type { Language } from '#contract/texts/texts';
import { usageError } from '../usage-error.ts';

type Named = { readonly id: string; readonly name: string };

/** `list`: the command that shows them. Throws usage errors `usage.unknownName`, `usage.ambiguousName` {name, ids}. */
export function findNamed<T extends Named>(
  all: readonly T[],
  wanted: string,
  { language, list }: { readonly language: Language; readonly list: string },
): T {
  const byId = all.find((one) => one.id === wanted);
  if (byId !== undefined) return byId;
  const { compare } = new Intl.Collator(language, { sensitivity: 'base' });
  const [first, second] = all.filter((one) => compare(one.name, wanted.trim()) === 0);
  if (first === undefined) throw usageError('usage.unknownName', { name: wanted, list });
  if (second === undefined) return first;
  throw usageError('usage.ambiguousName', { name: wanted, ids: `${first.id}, ${second.id}` });
}
