// Why does a filter judge a name otherwise than it aims to? Found by experiment: the name is changed in one
// respect, and the cause is the change after which the verdict turns. Nothing is guessed from the pattern.

/** Whether a name is accepted by the filter as it stands, and by the one that says what it aims at. */
export type Verdicts = {
  readonly before: (name: string) => boolean;
  readonly after: (name: string) => boolean;
};

export type Facts = {
  /** Plain text of the pattern, in the case it is written in. */
  readonly literals: readonly string[];
  readonly openEnd: boolean;
  readonly meantDot: boolean;
};

/**
 * `case`, `otherDot`, `dotIsAny`, `openEnd`, `noExtension`; `sideEffect` when it is the better spelling that
 * goes too far; `mixed` for several at once; null when the cause was not found.
 */
export type Cause =
  'case' | 'otherDot' | 'dotIsAny' | 'openEnd' | 'noExtension' | 'sideEffect' | 'mixed';

/** All the names `explain` will want judged for `name`. */
export function variantsOf(name: string, facts: Facts): readonly string[] {
  const recased = recase(name, facts.literals);
  return [
    recased,
    ...[name, recased].flatMap((each) => [joinDots(each), ...EXTENSIONS.map((end) => each + end)]),
    ...(facts.openEnd ? prefixes(name) : []),
    ...withDot(name),
  ];
}

/** `name` is one on which the two verdicts differ; both must know the variants. */
export function explain(name: string, facts: Facts, verdicts: Verdicts): Cause | null {
  const { before, after } = verdicts;
  const accepted = before(name);
  const recased = recase(name, facts.literals);
  if (recased !== name && before(recased) !== accepted) return 'case';
  if (!accepted) {
    if (lacksExtension(name, before)) return 'noExtension';
    return lacksExtension(recased, before) ? 'mixed' : null;
  }
  const passes = (other: string) => before(other) && after(other);
  if (facts.meantDot && withDot(name).some(passes)) return 'dotIsAny';
  if (facts.openEnd && prefixes(name).some(passes)) return 'openEnd';
  const joined = joinDots(name);
  if (joined !== name && !before(joined)) return 'otherDot';
  if (joined !== name && after(joined)) return 'sideEffect';
  return before(joinDots(recased)) ? null : 'mixed';
}

const EXTENSIONS = ['.pdf', '.'];

function lacksExtension(name: string, accepts: (name: string) => boolean): boolean {
  return !name.includes('.') && EXTENSIONS.some((end) => accepts(name + end));
}

/** The pattern's own text, wherever it stands in the name, put back into the pattern's case. */
function recase(name: string, literals: readonly string[]): string {
  return literals.reduce((text, literal) => {
    const parts = text.toLowerCase().split(literal.toLowerCase());
    let end = 0;
    const kept = parts.map((part) => {
      const own = text.slice(end, end + part.length);
      end += part.length + literal.length;
      return own;
    });
    return kept.join(literal);
  }, name);
}

/** `archive.old.db` → `archive_old.db` */
function joinDots(name: string): string {
  const last = name.lastIndexOf('.');
  return last < 0 ? name : name.slice(0, last).replaceAll('.', '_') + name.slice(last);
}

/** `scanxpdf` → `scan.pdf`, and the same further left: the length of the extension is not known here. */
function withDot(name: string): readonly string[] {
  return [2, 3, 4, 5]
    .filter((length) => name.length > length && !name.slice(-length - 1).includes('.'))
    .map((length) => `${name.slice(0, -length - 1)}.${name.slice(-length)}`);
}

function prefixes(name: string): readonly string[] {
  return Array.from({ length: Math.max(0, name.length - 1) }, (_, end) => name.slice(0, end + 1));
}
