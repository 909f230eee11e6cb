// Globs: `*` any text, `?` one character, all else itself. Matching goes back to the last star only, so its
// cost is at most length of name × length of glob, whatever the glob: no worker and no time limit needed.

export type Glob = {
  /** As written, for the verdict. */
  readonly text: string;
  /** Normalised, folded when case does not matter, runs of stars made one. */
  readonly pattern: string;
  /** Of a glob that is one star and plain text: the text. By far the commonest, and worth a short cut. */
  readonly suffix: string | null;
};

/** The globs of a field; `*.*` is every name. */
export function compileGlobs(field: string, caseSensitive: boolean): readonly Glob[] {
  return splitGlobs(field).map((text) => {
    const pattern = isEveryName(text)
      ? '*'
      : comparable(text, caseSensitive).replaceAll(/\*+/g, '*');
    return { text, pattern, suffix: /^\*([^*?]*)$/.exec(pattern)?.[1] ?? null };
  });
}

export function splitGlobs(field: string): readonly string[] {
  return field
    .split(';')
    .map((text) => text.trim())
    .filter((text) => text !== '');
}

/** `*.*` takes names without a dot too: that is what it does on Windows. */
export function isEveryName(text: string): boolean {
  return /^\*+(?:\.\*+)?$/.test(text);
}

/** The form in which names and globs are compared: a Mac's "é" is two code points, Windows' is one. */
export function comparable(text: string, caseSensitive: boolean): string {
  const normalised = text.normalize('NFC');
  return caseSensitive ? normalised : normalised.toLowerCase().normalize('NFC');
}

/** The first glob that matches; `name` in its comparable form. */
export function firstMatch(globs: readonly Glob[], name: string): Glob | null {
  return globs.find((glob) => matchesGlob(glob, name)) ?? null;
}

function matchesGlob(glob: Glob, name: string): boolean {
  if (glob.suffix !== null) return name.endsWith(glob.suffix);
  // `?` is one character, not half of one: pairs of surrogates are kept together.
  if (/[\ud800-\udbff]/.test(name)) return matches(Array.from(glob.pattern), Array.from(name));
  return matches(glob.pattern, name);
}

function matches(pattern: ArrayLike<string>, name: ArrayLike<string>): boolean {
  let at = 0;
  let place = 0;
  let star = -1;
  let resume = 0;
  while (at < name.length) {
    const wanted = pattern[place];
    if (wanted === '*') {
      star = place;
      resume = at;
      place += 1;
    } else if (wanted === '?' || wanted === name[at]) {
      place += 1;
      at += 1;
    } else if (star >= 0) {
      resume += 1;
      at = resume;
      place = star + 1;
    } else {
      return false;
    }
  }
  while (pattern[place] === '*') place += 1;
  return place === pattern.length;
}
