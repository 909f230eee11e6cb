// Chooses, from many judged names, the few to show: one for each cause, the most telling first.
import type { FilterCounterExample } from '#contract/model/filter';
import { explain } from './explain-difference.ts';
import type { Facts, Verdicts } from './explain-difference.ts';
import { readIntent } from './filter-intent.ts';
import type { CompiledFilter } from './parse-filter.ts';
import { literalsOf, sampleNames } from './sample-names.ts';
import type { Proposal } from './suggest-filter.ts';
import type { VerdictBook } from './verdict-book.ts';

export function factsOf(filter: CompiledFilter): Facts {
  const { include, exclude } = filter;
  const literals = [...literalsOf(include), ...(exclude === null ? [] : literalsOf(exclude))];
  const { openEnd, meantDot } = readIntent(filter);
  return { literals, openEnd, meantDot };
}

/** Names on which effect and aim differ for one cause alone; what slips through comes first. */
export function onePerCause(
  differing: readonly string[],
  facts: Facts,
  verdicts: Verdicts,
): FilterCounterExample[] {
  const chosen = new Map<string, FilterCounterExample>();
  for (const name of differing) {
    const cause = explain(name, facts, verdicts);
    if (cause === null || cause === 'mixed' || cause === 'sideEffect') continue;
    const accepted = verdicts.before(name);
    const key = `${cause} ${accepted}`;
    if (!chosen.has(key)) chosen.set(key, example(name, accepted, cause));
  }
  return [...chosen.values()].sort((one, other) => Number(other.accepted) - Number(one.accepted));
}

/** `a.dbf`, where extensions that begin with "db" are refused. */
export async function longerExtensions(
  filter: CompiledFilter,
  book: VerdictBook,
): Promise<FilterCounterExample[]> {
  const globs = readIntent(filter).drop?.globs ?? [];
  const starts = globs.flatMap((glob) => /^\*\.([^*?.]+)\*$/.exec(glob)?.[1] ?? []);
  const pairs = starts.map((text) => ({ text, short: `a.${text}`, long: `a.${text}f` }));
  await book.learn(pairs.flatMap(({ short, long }) => [short, long]));
  return pairs
    .filter(({ short, long }) => !book.accepts(short) && !book.accepts(long))
    .slice(0, 1)
    .map(({ text, long }) => example(long, false, 'longerExtension', { text }));
}

/** A list written in another language than ours: what it was meant for, it refuses (or lets pass). */
export function mistakeExamples(
  proposal: Proposal,
  differing: readonly string[],
  verdicts: Verdicts,
): FilterCounterExample[] {
  // What the list was meant to take (or, on the other side, to leave) tells more than what it takes instead.
  const telling = differing.filter((name) => verdicts.after(name) === proposal.widens);
  return (telling.length === 0 ? differing : telling)
    .slice(0, 2)
    .map((name) => example(name, verdicts.before(name), proposal.why));
}

/**
 * For an expression nothing better is known of: pairs of names that differ in one respect, and in verdict.
 * Globs have no such surprises.
 */
export async function surprisingPairs(
  filter: CompiledFilter,
  book: VerdictBook,
): Promise<FilterCounterExample[]> {
  const regexes = [filter.include, filter.exclude].filter((field) => field?.kind === 'regex');
  if (regexes.length === 0) return [];
  const { openEnd } = factsOf(filter);
  const names = sampleNames(filter);
  const others = names.flatMap((name) => [name.toUpperCase(), `${name}.pdf`, `${name}.bak`]);
  await book.learn([...names, ...others]);
  const cased = names.find((name) => book.accepts(name) !== book.accepts(name.toUpperCase()));
  const bare = names.find(
    (name) => !name.includes('.') && !book.accepts(name) && book.accepts(`${name}.pdf`),
  );
  const long = names.find((name) => openEnd && book.accepts(name) && book.accepts(`${name}.bak`));
  return [
    ...(long === undefined ? [] : [example(`${long}.bak`, true, 'openEnd')]),
    ...(cased === undefined
      ? []
      : [example(cased.toUpperCase(), book.accepts(cased.toUpperCase()), 'case')]),
    ...(bare === undefined ? [] : [example(bare, false, 'noExtension')]),
    ...(await longerExtensions(filter, book)),
  ];
}

function example(
  name: string,
  accepted: boolean,
  why: string,
  params: FilterCounterExample['why']['params'] = {},
): FilterCounterExample {
  return { name, accepted, why: { code: `filter.why.${why}`, params } };
}
