// Invents names that put a filter to the test: names its own pattern describes, names that what it refuses
// describes, and both changed a little. Which of them surprise is found by judging them, not here.
import type { CompiledField, CompiledFilter } from './parse-filter.ts';
import { flatten, isAnything, membersOf } from './regex-nodes.ts';
import type { RegexNode } from './regex-nodes.ts';

/** Different names, the most plausible first; some hundred at most, of 80 characters at most. */
export function sampleNames(...filters: readonly CompiledFilter[]): readonly string[] {
  const fields = filters.flatMap(({ include, exclude }) => [include, exclude]);
  const own = fields.flatMap(fieldNodes).flatMap((node) => expand(node));
  const all = [...EVERYDAY, ...own, ...thin(own, 24).flatMap(changed)];
  return [...new Set(all)]
    .filter((name) => /^[^/]{1,80}$/.test(name))
    .sort((one, other) => awkwardness(one) - awkwardness(other));
}

/** Names on which an expression that explodes does: its repetitions repeated, then something that fails. */
export function stretchedNames(filter: CompiledFilter): readonly string[] {
  const fields = [filter.include, filter.exclude].filter((field) => field?.kind === 'regex');
  return fields
    .flatMap(fieldNodes)
    .flatMap((root) => (root.kind === 'choice' ? root.options : [root]))
    .flatMap((root) => flatten(root).map((_, index, items) => items.slice(0, index + 1)))
    .flatMap((items) => expand({ kind: 'sequence', items }, 90).slice(0, 2))
    .slice(0, 60)
    .flatMap((name) => [name.slice(0, 200), `${name.slice(0, 200)}!`]);
}

/** Runs of plain text in a field, to put a name back into the case the filter is written in. */
export function literalsOf(field: CompiledField): readonly string[] {
  return field.kind === 'regex' ? runs(field.root) : [];
}

const EVERYDAY = ['scan.pdf', 'SCAN.PDF', 'README', 'archive.old.pdf', 'été 2026.tif', 'Thumbs.db'];

/** The first `.*` of a pattern stands for the body of a name, later ones for how it goes on. */
const BODIES = ['scan', 'archive.old', ''];
const TAILS = ['', 'f', '.pdf', 'pdf'];
const MAX_WAYS = 60;

function changed(name: string): readonly string[] {
  const dot = name.indexOf('.');
  return [
    name.toUpperCase(),
    ...(dot > 0 ? [name.slice(0, dot)] : []),
    `${name}.bak`,
    `archive.old.${name.split('.').at(-1) ?? ''}`,
  ];
}

/** Names no disk would hold, or nobody would give, show little. */
function awkwardness(name: string): number {
  const signs = [/\.$/, /^\./, /\.\./, /^.{0,3}$/, /^[^.]*$/, /\.[^.]?$/, /\.[^.]{5,}$/];
  return signs.filter((sign) => sign.test(name)).length;
}

function fieldNodes(field: CompiledField | null): readonly RegexNode[] {
  if (field === null) return [];
  if (field.kind === 'regex') return [field.root];
  return field.globs.map(({ text }) => ({
    kind: 'sequence',
    items: Array.from(text, (sign): RegexNode => globNode(sign)),
  }));
}

function globNode(sign: string): RegexNode {
  if (sign === '?') return { kind: 'any', newline: false };
  if (sign !== '*') return { kind: 'text', text: sign };
  const body: RegexNode = { kind: 'any', newline: false };
  return { kind: 'repeat', body, min: 0, max: Number.POSITIVE_INFINITY, lazy: false };
}

/** Texts a node may match, some of the many; `stretch` > 0 makes every unbounded repetition that long. */
function expand(root: RegexNode, stretch = 0): readonly string[] {
  let seen = 0;

  function ways(node: RegexNode): readonly string[] {
    switch (node.kind) {
      case 'text':
        return [node.text];
      case 'any':
        return ['x'];
      case 'set':
        return thin(membersOf(node.source), 3);
      case 'group':
        return ways(node.body);
      case 'look':
        // Of what is refused, names that have it are as telling as names that have it not.
        return ['', ...ways(node.body)];
      case 'choice':
        return thin(node.options.flatMap(ways), MAX_WAYS);
      case 'sequence':
        return node.items.reduce<readonly string[]>(
          (heads, item) => cross(heads, ways(item)),
          [''],
        );
      case 'repeat':
        return repeated(node);
      case 'start':
      case 'end':
      case 'edge':
      case 'back':
        return [''];
    }
  }

  function repeated(node: RegexNode & { kind: 'repeat' }): readonly string[] {
    if (stretch > 0 && node.max === Number.POSITIVE_INFINITY) {
      return [(ways(node.body)[0] ?? '').repeat(stretch).slice(0, 100)];
    }
    if (isAnything(node)) {
      seen += 1;
      return seen === 1 ? BODIES : TAILS;
    }
    const least = Math.min(node.min, 40);
    const counts = [least, Math.min(least + 1, node.max)];
    const bodies = thin(ways(node.body), 3);
    return [
      ...new Set(counts.flatMap((count) => bodies.map((body) => body.repeat(count).slice(0, 200)))),
    ];
  }

  return ways(root);
}

function cross(heads: readonly string[], tails: readonly string[]): readonly string[] {
  return thin(
    heads.flatMap((head) => tails.map((tail) => head + tail)),
    MAX_WAYS,
  );
}

/** At most `count` members, spread evenly, so that no part of the product is lost altogether. */
function thin<T>(list: readonly T[], count: number): readonly T[] {
  if (list.length <= count) return list;
  return list.filter(
    (_, index) =>
      Math.floor((index * count) / list.length) !== Math.floor(((index - 1) * count) / list.length),
  );
}

function runs(node: RegexNode): readonly string[] {
  switch (node.kind) {
    case 'sequence': {
      const texts = node.items.map((item) => (item.kind === 'text' ? item.text : '\0'));
      const own = texts.join('').split('\0');
      return [
        ...own.filter((text) => /\p{L}/u.test(text)),
        ...node.items.filter((item) => item.kind !== 'text').flatMap(runs),
      ];
    }
    case 'choice':
      return node.options.flatMap(runs);
    case 'group':
    case 'look':
    case 'repeat':
      return runs(node.body);
    case 'text':
      return /\p{L}/u.test(node.text) ? [node.text] : [];
    case 'any':
    case 'set':
    case 'start':
    case 'end':
    case 'edge':
    case 'back':
      return [];
  }
}
