// A better spelling of a filter, drawn from its aim: globs to keep, globs to leave. It is only a proposal;
// whoever shows it has tried both on invented names first (describe-filter.ts).
import type { FilterSpec } from '#contract/model/filter';
import { readIntent } from './filter-intent.ts';
import { isEveryName, splitGlobs } from './glob.ts';
import { parseFilter } from './parse-filter.ts';
import type { CompiledFilter } from './parse-filter.ts';

export type Proposal = {
  readonly spec: FilterSpec;
  /** Key under `filter.suggest`. */
  readonly why: string;
  /** The include side was mended: names refused by mistake are to come in. */
  readonly widens: boolean;
};

/** null when there is nothing to mend, or when globs cannot say it. */
export function proposeFilter(spec: FilterSpec, filter: CompiledFilter): Proposal | null {
  const hasRegex = filter.include.kind === 'regex' || filter.exclude?.kind === 'regex';
  return hasRegex ? fromIntent(spec, filter) : fromMistakes(spec);
}

function fromIntent(spec: FilterSpec, filter: CompiledFilter): Proposal | null {
  const { keep, drop } = readIntent(filter);
  if (keep?.exact !== true || drop?.exact !== true) return amended(spec, filter);
  const include = keep.globs.some(isEveryName) ? '*.*' : keep.globs.join(';');
  const proposal = { ...spec, include, exclude: drop.globs.join(';') };
  const isTooLong = proposal.include.length > 1000 || proposal.exclude.length > 1000;
  return isTooLong || drop.globs.some(isEveryName)
    ? null
    : { spec: proposal, why: 'plain', widens: false };
}

/** `/FACT\d+\.pdf/` → `/(?i)FACT\d+\.pdf$/`: globs cannot say it, but case and end can be mended. */
function amended(spec: FilterSpec, filter: CompiledFilter): Proposal | null {
  if (filter.include.kind === 'glob') return null;
  const { openEnd } = readIntent(filter);
  const flags = /^(?:\(\?[a-z]+\))+/.exec(filter.include.text.slice(1))?.[0] ?? '';
  const body = filter.include.text.slice(1 + flags.length, -1);
  const isChoice = filter.include.root.kind === 'choice';
  const ended = openEnd ? `${isChoice ? `(?:${body})` : body}$` : body;
  const include = `/${filter.include.ignoreCase ? '' : '(?i)'}${flags}${ended}/`;
  if (include.length > 1000) return null;
  return { spec: { ...spec, include }, why: openEnd ? 'ended' : 'ignoreCase', widens: false };
}

/** Glob lists that are written in another language than ours, each kind by its own rule. */
function fromMistakes(spec: FilterSpec): Proposal | null {
  for (const [why, mend] of MENDS) {
    const include = mend(spec.include, spec);
    const exclude = mend(spec.exclude, spec);
    if (include === null && exclude === null) continue;
    const mended = { include: include ?? spec.include, exclude: exclude ?? spec.exclude };
    return { spec: { ...spec, ...mended }, why, widens: include !== null };
  }
  return null;
}

type Mend = (text: string, spec: FilterSpec) => string | null;

const MENDS: readonly (readonly [string, Mend])[] = [
  ['regexWithoutSlashes', mendRegex],
  ['separator', mendSeparator],
  ['extension', mendExtension],
  ['contains', mendWord],
  ['twin', mendTwin],
];

/** `.*\.pdf` → `*.pdf` */
function mendRegex(text: string, spec: FilterSpec): string | null {
  const trimmed = text.trim();
  if (!/\\|\(\?|^\^|\$$|^\.[*+].|\.\+/.test(trimmed)) return null;
  const parts = trimmed.split(';').map((part) => {
    const inSlashes = `/${part.trim()}/`;
    const filter = readable({ ...spec, include: inSlashes, exclude: '' });
    if (filter === null) return null;
    const { keep, drop } = readIntent(filter);
    const isPlain = keep?.exact === true && drop?.globs.length === 0;
    return isPlain ? keep.globs.join(';') : inSlashes;
  });
  if (parts.includes(null) || (parts.length > 1 && parts.some((part) => part?.startsWith('/')))) {
    return null;
  }
  return parts.join(';');
}

/** `*.pdf, *.tif` → `*.pdf;*.tif` */
function mendSeparator(text: string): string | null {
  const parts = text.trim().split(/[,|\s;]+/);
  const isList =
    parts.length > 1 && parts.every((part) => /^(?:\*?\.)?[\p{L}\p{N}*]+$/u.test(part));
  const hasDots = parts.every((part) => part.includes('.') || KNOWN.test(part));
  if (!isList || !hasDots || !/[,|\s][^;]/.test(text.trim())) return null;
  const list = parts.map((part) => `*.${part.replace(/^\*?\./, '')}`).join(';');
  return splitGlobs(text).join(';') === list ? null : list;
}

const KNOWN =
  /^(?:pdf|tiff?|jpe?g|png|gif|bmp|xml|json|csv|txt|html?|docx?|xlsx?|od[ts]|rtf|eml|msg|zip|p7[ms]|tmp|bak|db|log)$/i;

/** `pdf` or `.pdf` → `*.pdf` */
function mendExtension(text: string): string | null {
  return mendEach(text, (glob) =>
    KNOWN.test(glob) || /^\.[\p{L}\p{N}]{1,5}$/u.test(glob) ? `*.${glob.replace('.', '')}` : glob,
  );
}

/** `facture` → `*facture*` */
function mendWord(text: string): string | null {
  return mendEach(text, (glob) => (/^[\p{L}\p{N}_ -]{3,}$/u.test(glob) ? `*${glob}*` : glob));
}

/** `*.tif` → `*.tif;*.tiff`: scanners write either. */
function mendTwin(text: string): string | null {
  const globs = splitGlobs(text);
  const lower = globs.map((glob) => glob.toLowerCase());
  const missing = TWINS.filter(([one, other]) => lower.includes(one) && !lower.includes(other));
  if (missing.length === 0 || globs.some(isEveryName)) return null;
  return [...globs, ...missing.map(([, other]) => other)].join(';');
}

const TWINS = [
  ['*.tif', '*.tiff'],
  ['*.tiff', '*.tif'],
  ['*.jpg', '*.jpeg'],
  ['*.jpeg', '*.jpg'],
  ['*.htm', '*.html'],
  ['*.html', '*.htm'],
] as const;

function mendEach(text: string, mend: (glob: string) => string): string | null {
  const globs = splitGlobs(text);
  const mended = globs.map(mend);
  return mended.every((glob, index) => glob === globs[index]) ? null : mended.join(';');
}

function readable(spec: FilterSpec): CompiledFilter | null {
  try {
    return parseFilter(spec);
  } catch {
    // Not a regular expression after all: there is nothing to propose.
    return null;
  }
}
