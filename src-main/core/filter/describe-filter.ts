// The tester's wisdom about one filter: words, names on which it surprises, a better spelling. Names are
// invented from the pattern and judged by the real engine, once by the filter and once by the proposal; a
// proposal that would take a name the filter refuses, for a reason not understood, is thrown away.
import type { FilterAnalysis, FilterSpec } from '#contract/model/filter';
import { AppError } from '../errors.ts';
import { explain, variantsOf } from './explain-difference.ts';
import type { Facts, Verdicts } from './explain-difference.ts';
import {
  factsOf,
  longerExtensions,
  mistakeExamples,
  onePerCause,
  surprisingPairs,
} from './counter-examples.ts';
import type { FilterEngine } from './filter-engine.ts';
import { filterWords } from './filter-words.ts';
import { filterVersion, parseFilter } from './parse-filter.ts';
import type { CompiledFilter } from './parse-filter.ts';
import { sampleNames, stretchedNames } from './sample-names.ts';
import { proposeFilter } from './suggest-filter.ts';
import type { Proposal } from './suggest-filter.ts';
import { openVerdictBook } from './verdict-book.ts';
import type { VerdictBook } from './verdict-book.ts';

/** Throws ConfigError `filter.*` when the filter cannot be read. One that is too slow says so in its words. */
export async function describeFilter(
  spec: FilterSpec,
  engine: Pick<FilterEngine, 'judge'>,
  signal: AbortSignal,
): Promise<FilterAnalysis> {
  const filter = parseFilter(spec);
  const language = filter.include.kind;
  const words = [...filterWords(filter)];
  const proposal = newProposal(spec, filter);
  const before = openVerdictBook(spec, engine.judge, signal);
  try {
    await before.learn(stretchedNames(filter));
    if (proposal === null) {
      const counterExamples = await surprisingPairs(filter, before);
      return { language, words, counterExamples, suggestion: null };
    }
    const after = openVerdictBook(proposal.spec, engine.judge, signal);
    const books = { before, after };
    return { language, words, ...(await tryProposal(filter, proposal, books)) };
  } catch (thrown) {
    if (!(thrown instanceof AppError) || !COSTLY.has(thrown.code)) throw thrown;
    words.push({ code: thrown.code.replace('filter.', 'filter.words.'), params: thrown.params });
    return { language, words, counterExamples: [], suggestion: null };
  }
}

const COSTLY: ReadonlySet<string> = new Set(['filter.tooSlow', 'filter.tooComplex']);

function newProposal(spec: FilterSpec, filter: CompiledFilter): Proposal | null {
  const proposal = proposeFilter(spec, filter);
  const isNew = proposal !== null && filterVersion(proposal.spec) !== filterVersion(spec);
  return isNew ? proposal : null;
}

type Books = { readonly before: VerdictBook; readonly after: VerdictBook };
type Surprises = Pick<FilterAnalysis, 'counterExamples' | 'suggestion'>;

async function tryProposal(
  filter: CompiledFilter,
  proposal: Proposal,
  books: Books,
): Promise<Surprises> {
  const names = sampleNames(filter, parseFilter(proposal.spec));
  const verdicts = await judged(names, books);
  const differing = names.filter((name) => verdicts.before(name) !== verdicts.after(name));
  const facts = factsOf(filter);
  const variants = differing.flatMap((name) => variantsOf(name, facts));
  await judged(variants, books);
  const isMistake = filter.include.kind === 'glob' && filter.exclude?.kind !== 'regex';
  const counterExamples = isMistake
    ? mistakeExamples(proposal, differing, verdicts)
    : [
        ...onePerCause(differing, facts, verdicts),
        ...(await longerExtensions(filter, books.before)),
      ];
  const isUnsafe = !isMistake && differing.some((name) => isUnexplained(name, facts, verdicts));
  if (isUnsafe || counterExamples.length === 0) return { counterExamples, suggestion: null };
  const kindOf = (name: string) => `${explain(name, facts, verdicts)} ${verdicts.after(name)}`;
  const changes = twoOfEach(differing, kindOf).map((name) => ({
    name,
    before: verdicts.before(name),
    after: verdicts.after(name),
  }));
  const why = { code: `filter.suggest.${proposal.why}`, params: {} };
  return { counterExamples, suggestion: { spec: proposal.spec, why, changes } };
}

/** Two names of each kind: the wanted changes must not hide the others. */
function twoOfEach(names: readonly string[], kindOf: (name: string) => string): readonly string[] {
  const counts = new Map<string, number>();
  return names.filter((name) => {
    const kind = kindOf(name);
    const count = (counts.get(kind) ?? 0) + 1;
    counts.set(kind, count);
    return count <= 2;
  });
}

async function judged(names: readonly string[], { before, after }: Books): Promise<Verdicts> {
  await Promise.all([before.learn(names), after.learn(names)]);
  return { before: before.accepts, after: after.accepts };
}

/** The proposal takes what the filter leaves, and no experiment says why. */
function isUnexplained(name: string, facts: Facts, verdicts: Verdicts): boolean {
  return verdicts.after(name) && explain(name, facts, verdicts) === null;
}
