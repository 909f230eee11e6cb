// What a folder's `expected.json` says of its units, and whether the core agrees. The file is optional: an object from the
// name of a unit to what is expected of it, or a list of such with `unit` (or `file`, `path`, `name`).
import { existsSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { Report } from './report-unit.ts';

export const EXPECTED_NAME = 'expected.json';

/** Any of these, and any key of the index; `kind: null` or `outcome: 'refused'` = not recognised; `code` = the reason. */
export type Expected = Readonly<Record<string, unknown>>;

const NAME_KEYS = ['unit', 'file', 'path', 'name'] as const;

/** By the name of the unit; null where there is no such file. */
export function readExpected(folder: string): Map<string, Expected> | null {
  const path = join(folder, EXPECTED_NAME);
  if (!existsSync(path)) return null;
  const told = JSON.parse(readFileSync(path, 'utf8')) as unknown;
  if (Array.isArray(told)) {
    return new Map(
      told.map((one: Expected) => {
        const key = NAME_KEYS.find((name) => typeof one[name] === 'string') ?? 'unit';
        return [String(one[key]), one];
      }),
    );
  }
  return new Map(Object.entries(told as Record<string, Expected>));
}

/** Expected of that unit, by its whole name or its last part. */
export const expectedOf = (all: Map<string, Expected>, unit: string): Expected | undefined =>
  all.get(unit) ?? all.get(basename(unit));

/** One line for each thing that is otherwise; none = agreed. */
export function differences(expected: Expected, report: Report): string[] {
  const found = factsOf(report);
  return Object.entries(expected).flatMap(([key, wanted]) => {
    if ((NAME_KEYS as readonly string[]).includes(key) || !isComparable(wanted)) return [];
    const is = found.get(key);
    if (is === undefined && !COMPARED.has(key)) return [];
    return same(is, wanted) ? [] : [`${key}: expected ${show(wanted)}, found ${show(is)}`];
  });
}

const COMPARED = new Set(['kind', 'outcome', 'layer', 'code']);

const isComparable = (value: unknown): boolean =>
  value === null || ['string', 'number'].includes(typeof value) || Array.isArray(value);

function factsOf(report: Report): Map<string, unknown> {
  if (report.outcome !== 'envelope') {
    const code = report.outcome === 'refused' ? report.reason.code : null;
    return new Map<string, unknown>([
      ['outcome', report.outcome],
      ['kind', null],
      ['layer', null],
      ['code', code],
    ]);
  }
  const { kind, layer, documents, files } = report.envelope;
  const [first] = documents;
  return new Map<string, unknown>([
    ...Object.entries(first?.index ?? {}),
    ['outcome', 'envelope'],
    ['code', null],
    ['layer', layer],
    ['kind', kind],
    ['documents', documents.length],
    ['files', files.length],
    ['form', first?.form],
  ]);
}

function same(is: unknown, wanted: unknown): boolean {
  if (Array.isArray(wanted) && Array.isArray(is)) return String(wanted) === String(is);
  if (typeof wanted === 'number' && typeof is === 'string') return Number(is) === wanted;
  return is === wanted || (is === undefined && wanted === null);
}

const show = (value: unknown): string => JSON.stringify(value) ?? 'nothing';
