// From the two fields of a filter to plain data that can be run: globs, or a JavaScript regular expression.
// Spellings that cannot mean what was meant are refused with, where it can be guessed, the right one.
import { createHash } from 'node:crypto';
import type { FilterSpec } from '#contract/model/filter';
import { ConfigError } from '../errors.ts';
import { checkGlobText, readSlashes } from './field-language.ts';
import type { FilterField } from './field-language.ts';
import { compileGlobs, isEveryName } from './glob.ts';
import type { Glob } from './glob.ts';
import { parseRegex } from './parse-regex.ts';
import type { RegexNode } from './regex-nodes.ts';
import { toJsSource } from './regex-to-js.ts';

export type CompiledGlobs = {
  readonly kind: 'glob';
  readonly text: string;
  readonly globs: readonly Glob[];
};

export type CompiledRegex = {
  readonly kind: 'regex';
  /** As written, slashes included. */
  readonly text: string;
  readonly source: string;
  readonly flags: 'v' | 'iv';
  readonly ignoreCase: boolean;
  readonly root: RegexNode;
};

export type CompiledField = CompiledGlobs | CompiledRegex;

export type CompiledFilter = {
  readonly include: CompiledField;
  /** null = nothing is excluded. */
  readonly exclude: CompiledField | null;
  readonly caseSensitive: boolean;
};

/** Throws ConfigError `filter.*` with the field, the construct, its position (from 1) and perhaps `suggestion`. */
export function parseFilter(spec: FilterSpec): CompiledFilter {
  const { caseSensitive } = spec;
  const include = parseField(spec.include, caseSensitive, 'filter.include');
  const exclude = parseField(spec.exclude, caseSensitive, 'filter.exclude');
  if (exclude.kind === 'glob' && exclude.globs.some((glob) => isEveryName(glob.text))) {
    throw new ConfigError(
      'filter.excludesAll',
      { pattern: spec.exclude },
      { field: 'filter.exclude' },
    );
  }
  const isEmpty = exclude.kind === 'glob' && exclude.globs.length === 0;
  return {
    include: isEveryFile(include) ? parseField('*.*', caseSensitive, 'filter.include') : include,
    exclude: isEmpty ? null : exclude,
    caseSensitive,
  };
}

/** Short stable name of what a filter does: equal for spellings that cannot differ in effect. Never throws. */
export function filterVersion(spec: FilterSpec): string {
  const form = [
    RULES,
    canonical(spec.include.trim() || '*', spec.caseSensitive),
    canonical(spec.exclude, spec.caseSensitive),
  ];
  return createHash('sha256').update(JSON.stringify(form)).digest('hex').slice(0, 12);
}

/** Raised whenever the same text starts to judge differently, so that old verdicts are looked at again. */
const RULES = 1;

function canonical(text: string, caseSensitive: boolean): readonly unknown[] {
  const trimmed = text.trim().normalize('NFC');
  if (trimmed.startsWith('/')) return ['regex', trimmed];
  const globs = compileGlobs(trimmed, caseSensitive).map((glob) => glob.pattern);
  const sorted = globs.includes('*') ? ['*'] : [...new Set(globs)].sort();
  // Only text that has letters can tell the two settings apart.
  return ['glob', caseSensitive && sorted.some((glob) => /\p{L}/u.test(glob)), sorted];
}

function isEveryFile(field: CompiledField): boolean {
  return field.kind === 'glob' && field.globs.length === 0;
}

function parseField(text: string, caseSensitive: boolean, field: FilterField): CompiledField {
  const trimmed = text.trim();
  const body = readSlashes(trimmed, field);
  if (body !== null) return compileRegex(trimmed, body, field);
  checkGlobText(trimmed, field);
  return { kind: 'glob', text: trimmed, globs: compileGlobs(trimmed, caseSensitive) };
}

function compileRegex(text: string, body: string, field: FilterField): CompiledRegex {
  const { root, ignoreCase } = parseRegex(
    body.normalize('NFC'),
    (code, construct, position) =>
      // People count from 1, and the slash counts.
      new ConfigError(code, { pattern: text, construct, position: position + 2 }, { field }),
  );
  const flags = ignoreCase ? 'iv' : 'v';
  // From the start of the name, not from anywhere: `/(?!x).*/` would otherwise begin one character later.
  const source = `^(?:${toJsSource(root)})`;
  try {
    new RegExp(source, flags);
  } catch (cause) {
    const detail = cause instanceof Error ? cause.message : String(cause);
    throw new ConfigError('filter.syntax', { pattern: text, detail }, { field, cause });
  }
  return { kind: 'regex', text, source, flags, ignoreCase, root };
}
