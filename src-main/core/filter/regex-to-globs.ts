// Reads a regular expression as globs, where it can be said in globs. This is how a filter is put into words
// and how a better spelling is found. `exact` says whether the globs match just the same names (but for case).
import { flatten, isAnything, membersOf } from './regex-nodes.ts';
import type { RegexNode } from './regex-nodes.ts';

export type GlobReading = {
  readonly globs: readonly string[];
  readonly exact: boolean;
};

/** One way through the expression: a glob so far, and whether `$` closed it. */
type Path = { readonly glob: string; readonly closed: boolean };
type Reading = { readonly paths: readonly Path[]; readonly exact: boolean };

/** More than these would be no better spelling, and no readable sentence. */
const MAX_GLOBS = 24;

/** `items` from the start of the name on; what is not closed by `$` goes on freely. null = cannot be said. */
export function readAsGlobs(items: readonly RegexNode[]): GlobReading | null {
  const reading = readAll(items, { paths: [{ glob: '', closed: false }], exact: true });
  if (reading === null) return null;
  const globs = reading.paths.map(({ glob, closed }) =>
    (closed ? glob : `${glob}*`).replaceAll(/\*+/g, '*'),
  );
  return { globs: [...new Set(globs)], exact: reading.exact };
}

function readAll(items: readonly RegexNode[], from: Reading): Reading | null {
  let reading: Reading | null = from;
  for (const item of items) reading = reading === null ? null : readOn(item, reading);
  return reading;
}

function readOn(node: RegexNode, from: Reading): Reading | null {
  switch (node.kind) {
    case 'text':
      // In a glob these three are signs, and cannot be escaped.
      return /[*?;]/.test(node.text) ? null : append(from, [node.text]);
    case 'any':
      return append(from, ['?']);
    case 'set':
      return readSet(node.source, from);
    case 'start':
      return from.paths.every(({ glob }) => glob === '') ? from : null;
    case 'end':
      return { ...from, paths: from.paths.map(({ glob }) => ({ glob, closed: true })) };
    case 'sequence':
      return readAll(node.items, from);
    case 'group':
      return readOn(node.body, from);
    case 'choice':
      return join(node.options.map((option) => readOn(option, from)));
    case 'repeat':
      return readRepeat(node, from);
    case 'back':
    case 'edge':
    case 'look':
      return null;
  }
}

function readRepeat(node: RegexNode & { kind: 'repeat' }, from: Reading): Reading | null {
  if (isAnything(node)) return append(from, ['*']);
  let least: Reading | null = from;
  for (let count = 0; count < Math.min(node.min, 30); count += 1) {
    least = least === null ? null : readOn(node.body, least);
  }
  if (least === null || node.min > 30) return null;
  if (node.max === node.min) return least;
  if (node.max === Number.POSITIVE_INFINITY) {
    const [item, ...more] = flatten(node.body);
    if (more.length > 0 || (item?.kind !== 'any' && item?.kind !== 'set')) return null;
    return inexact(append(least, ['*']), item.kind === 'any');
  }
  return node.max - node.min === 1 ? join([least, readOn(node.body, least)]) : null;
}

function readSet(source: string, from: Reading): Reading | null {
  const members = membersOf(source);
  const folded = [...new Set(members.map((member) => member.toLowerCase()))];
  // Only of plain ASCII sets are all the members known.
  const isKnown = /^\[[\x20-\x7e]+\]$/.test(source) && !/\[\^|\\[pPsS]|\[\[/.test(source);
  const isShort = isKnown && folded.length > 0 && folded.length <= 4;
  if (isShort && folded.every((member) => !/[*?;]/.test(member))) return append(from, folded);
  return inexact(append(from, ['?']), false);
}

function append(from: Reading, texts: readonly string[]): Reading | null {
  // Text after `$` matches nothing: a mistake we do not put into words.
  if (from.paths.some(({ closed }) => closed)) return null;
  if (from.paths.length * texts.length > MAX_GLOBS) return null;
  const paths = from.paths.flatMap(({ glob }) =>
    texts.map((text) => ({ glob: glob + text, closed: false })),
  );
  return { ...from, paths };
}

function inexact(reading: Reading | null, exact: boolean): Reading | null {
  return reading === null ? null : { ...reading, exact: reading.exact && exact };
}

function join(readings: readonly (Reading | null)[]): Reading | null {
  const paths: Path[] = [];
  let exact = true;
  for (const reading of readings) {
    if (reading === null) return null;
    paths.push(...reading.paths);
    exact &&= reading.exact;
  }
  return paths.length > MAX_GLOBS ? null : { paths, exact };
}
