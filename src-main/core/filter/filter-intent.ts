// What a filter aims at, as globs to keep and globs to drop. A regular expression is read by its idioms:
// `(?!X)` means "not those", whatever backtracking makes of it, and an expression that stops after an
// extension means that extension. Where aim and effect differ, there is something to warn of.
import type { CompiledField, CompiledFilter, CompiledRegex } from './parse-filter.ts';
import { flatten, isAnything } from './regex-nodes.ts';
import type { RegexNode } from './regex-nodes.ts';
import { readAsGlobs } from './regex-to-globs.ts';
import type { GlobReading } from './regex-to-globs.ts';

export type FilterIntent = {
  /** null = it cannot be said in globs. */
  readonly keep: GlobReading | null;
  readonly drop: GlobReading | null;
  /** The expression ends after an extension but does not say that the name ends there. */
  readonly openEnd: boolean;
  /** `.*.pdf`: its dot takes any character. */
  readonly meantDot: boolean;
};

export function readIntent(filter: CompiledFilter): FilterIntent {
  const { include, exclude } = filter;
  const included = include.kind === 'glob' ? globIntent(include) : regexIntent(include);
  return { ...included, drop: union([included.drop, excludedGlobs(exclude)]) };
}

function globIntent(field: CompiledField & { kind: 'glob' }): FilterIntent {
  const globs = field.globs.map((glob) => glob.text);
  return { keep: { globs, exact: true }, drop: NOTHING, openEnd: false, meantDot: false };
}

const NOTHING: GlobReading = { globs: [], exact: true };

function excludedGlobs(field: CompiledField | null): GlobReading | null {
  if (field === null) return NOTHING;
  if (field.kind === 'glob') return globIntent(field).keep;
  // A look-ahead in an exclusion keeps names after all: two negations are no idiom.
  return readAsGlobs(flatten(field.root));
}

function regexIntent(field: CompiledRegex): FilterIntent {
  const all = flatten(field.root);
  const kept = all.filter((item) => !isRefusal(item));
  const items = withMeantDot(kept);
  const meantDot = items.some((item, index) => item !== kept[index]);
  const drop = union(
    all.map((item, index) => (isRefusal(item) ? refusedGlobs(item, all, index) : NOTHING)),
  );
  const keep = readAsGlobs(items);
  const last = items.at(-1);
  const isFree = last?.kind === 'end' || isAnything(last);
  const openEnd = !isFree && (keep?.globs.every((glob) => OPEN_EXTENSION.test(glob)) ?? false);
  if (keep === null || !openEnd) return { keep, drop, openEnd, meantDot };
  return {
    keep: { ...keep, globs: keep.globs.map((glob) => glob.slice(0, -1)) },
    drop,
    openEnd,
    meantDot,
  };
}

const OPEN_EXTENSION = /\.[a-z0-9]{1,5}\*$/i;

type Look = RegexNode & { kind: 'look' };

function isRefusal(node: RegexNode): node is Look {
  return node.kind === 'look' && node.negated;
}

/** The names that a negative look-around at `index` is there to refuse. */
function refusedGlobs(look: Look, items: readonly RegexNode[], index: number): GlobReading | null {
  const before = items.slice(0, index).filter((item) => !isRefusal(item));
  if (look.ahead) return readAsGlobs([...before, look.body]);
  const after = items.slice(index + 1).filter((item) => !isRefusal(item));
  return isAnything(before.at(-1)) ? readAsGlobs([...before, look.body, ...after]) : null;
}

/** `.*.pdf`: a dot that takes any character, where the dot of the extension was meant. */
function withMeantDot(items: readonly RegexNode[]): readonly RegexNode[] {
  return items.map((item, index) => {
    const isPlace = item.kind === 'any' && isAnything(items[index - 1]);
    const rest = items.slice(index + 1).filter((after) => after.kind !== 'end');
    return isPlace && isExtension(rest) ? { kind: 'text', text: '.' } : item;
  });
}

function isExtension(items: readonly RegexNode[]): boolean {
  const [first] = items;
  if (items.length === 1 && first?.kind === 'choice') {
    return first.options.every((option) => isExtension(flatten(option)));
  }
  const isText = items.every((item) => item.kind === 'text' && /[a-z0-9]/i.test(item.text));
  return isText && items.length >= 2 && items.length <= 5;
}

function union(readings: readonly (GlobReading | null)[]): GlobReading | null {
  const globs = new Set<string>();
  let exact = true;
  for (const reading of readings) {
    if (reading === null) return null;
    for (const glob of reading.globs) globs.add(glob);
    exact &&= reading.exact;
  }
  return { globs: [...globs], exact };
}
