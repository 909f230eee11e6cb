// The translator: what a filter does, in words. Pure: it reads the filter and tries nothing. A regular
// expression is described by what it aims at; where its effect differs, counter-examples say so.
import type { Reason } from '#contract/error-codes';
import { readIntent } from './filter-intent.ts';
import { isEveryName } from './glob.ts';
import type { CompiledField, CompiledFilter } from './parse-filter.ts';

/** Codes `filter.words.*`, in the order to be read; `list` holds texts separated by commas. */
export function filterWords(filter: CompiledFilter): readonly Reason[] {
  const { keep, drop, openEnd } = readIntent(filter);
  const isRegex = filter.include.kind === 'regex';
  const dropsByRegex = isRegex || filter.exclude?.kind === 'regex';
  const isRough = keep?.exact === false || drop?.exact === false;
  return [
    word(`language.${filter.include.kind}`, { pattern: filter.include.text }),
    ...(keep === null ? [word('notInWords')] : describeGlobs('keep', keep.globs, isRegex)),
    ...(openEnd ? [word('openEnd')] : []),
    ...(isRegex && keep?.globs.includes('*.*') ? [word('needsDot')] : []),
    ...(drop === null ? [word('dropNotInWords')] : describeGlobs('drop', drop.globs, dropsByRegex)),
    ...(isRough ? [word('rough')] : []),
    ...describeCase(filter),
  ];
}

function word(code: string, params: Reason['params'] = {}): Reason {
  return { code: `filter.words.${code}`, params };
}

type Shape = { readonly shape: string; readonly text: string };

/** One sentence for each shape of glob, so that `*.pdf;*.tif` reads "the extensions pdf, tif". */
function describeGlobs(
  side: 'keep' | 'drop',
  globs: readonly string[],
  byRegex: boolean,
): readonly Reason[] {
  if (globs.some(isEveryName)) return [word(`${side}.all`)];
  const lists = new Map<string, string[]>();
  for (const glob of globs) {
    const { shape, text } = shapeOf(glob, byRegex);
    lists.set(shape, [...(lists.get(shape) ?? []), text]);
  }
  return [...lists].map(([shape, texts]) => word(`${side}.${shape}`, { list: texts.join(', ') }));
}

function shapeOf(glob: string, byRegex: boolean): Shape {
  for (const [shape, pattern] of SHAPES) {
    // To a glob, `*.db*` is any name with ".db" in it; `.*\.(?!db)` aims at the extension.
    if (shape === 'extensionStart' && !byRegex) continue;
    const text = pattern.exec(glob)?.[1];
    if (text !== undefined) return { shape, text };
  }
  return { shape: 'like', text: glob };
}

const SHAPES: readonly (readonly [string, RegExp])[] = [
  ['exactly', /^([^*?]+)$/],
  ['extension', /^\*\.([^*?.]+)$/],
  ['extensionStart', /^\*\.([^*?.]+)\*$/],
  ['start', /^([^*?]+)\*$/],
  ['end', /^\*([^*?]+)$/],
  ['contains', /^\*([^*?]+)\*$/],
];

/** Said once for both fields when they agree, and not at all where case can make no difference. */
function describeCase(filter: CompiledFilter): readonly Reason[] {
  const fields = [filter.include, filter.exclude].filter((field) => field !== null);
  const minds = fields.filter(hasLetters).map((field) => mindsCase(field, filter.caseSensitive));
  if (minds.length === 0) return [];
  if (minds.every((mind) => mind === minds[0])) {
    return [word(minds[0] === true ? 'case.minded' : 'case.ignored')];
  }
  return [word(minds[0] === true ? 'case.mindedByInclude' : 'case.mindedByExclude')];
}

function hasLetters(field: CompiledField): boolean {
  return field.kind === 'regex' || field.globs.some((glob) => /\p{L}/u.test(glob.pattern));
}

function mindsCase(field: CompiledField, caseSensitive: boolean): boolean {
  return field.kind === 'regex' ? !field.ignoreCase : caseSensitive;
}
