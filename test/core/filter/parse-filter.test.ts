// What is refused, how precisely, and with which better spelling; and the version of a filter.
import { describe, expect, it } from 'vitest';
import { filterVersion, parseFilter } from '#core/filter/parse-filter';
import { AppError } from '#core/errors';
import { spec } from './build.ts';

function refusal(include: string, exclude = ''): AppError {
  try {
    parseFilter(spec(include, exclude));
  } catch (error) {
    if (error instanceof AppError) return error;
    throw error;
  }
  throw new Error(`${include} was read`);
}

describe('parseFilter', () => {
  const constructs: readonly (readonly [string, string, string])[] = [
    ['/a++/', 'filter.possessive', '++'],
    ['/a{2}+/', 'filter.possessive', '{2}+'],
    ['/(?>a)b/', 'filter.atomic', '(?>'],
    ['/a(?#note)/', 'filter.comment', '(?#'],
    ['/[[:alpha:]]+/', 'filter.posixClass', '[:alpha:]'],
    ['/(a)?(?(1)b|c)/', 'filter.conditional', '(?('],
    ['/(?R)/', 'filter.flag', 'R'],
    ['/a(?i)b/', 'filter.flagsNotFirst', '(?i)'],
    ['/(?i:a)b/', 'filter.scopedFlag', '(?i:'],
    ['/(?x) a b/', 'filter.flag', 'x'],
    ['/(?&a)/', 'filter.group', '(?&'],
    ['/(?P<a>x)(?P<a>y)/', 'filter.groupName', 'a'],
    ['/\\Kabc/', 'filter.escape', '\\K'],
    ['/\\Qa.b\\E/', 'filter.escape', '\\Q'],
    ['/\\p{Nothing}/', 'filter.escape', '\\p'],
    ['/a\\1/', 'filter.reference', '\\1'],
    ['/(a)?\\1/', 'filter.reference', '\\1'],
    ['/(?P=lot)/', 'filter.reference', '(?P=lot)'],
    ['/(a/', 'filter.unbalanced', '('],
    ['/a)/', 'filter.unbalanced', ')'],
    ['/[a/', 'filter.unclosedSet', '['],
    ['/a**/', 'filter.nothingToRepeat', '*'],
    ['/(*a)/', 'filter.nothingToRepeat', '*'],
    ['/+a/', 'filter.nothingToRepeat', '+'],
    ['/[z-a]/', 'filter.badRange', 'z-a'],
    ['/[\\d-z]/', 'filter.badRange', '\\d-z'],
    ['/a{3,2}/', 'filter.badRange', '{3,2}'],
    ['/a\\/', 'filter.escape', '\\'],
  ];
  it.each(constructs)('refuses %s with %s and names %s', (text, code, construct) => {
    expect(refusal(text)).toMatchObject({
      kind: 'config',
      code,
      field: 'filter.include',
      params: { pattern: text, construct },
    });
  });

  const respelled: readonly (readonly [string, string, string])[] = [
    ['/*\\.(?!db).*/*', 'filter.damaged', '/.*\\.(?!db).*/'],
    ['/*\\.(?!db).*/', 'filter.damaged', '/.*\\.(?!db).*/'],
    ['/.*\\.pdf/i', 'filter.regexFlags', '/(?i).*\\.pdf/'],
    ['/.*\\.pdf', 'filter.unclosedRegex', '/.*\\.pdf/'],
    ['.*\\.pdf/', 'filter.unclosedRegex', '/.*\\.pdf/'],
    ['/a.*/;/b.*/', 'filter.regexList', '/(?:a.*|b.*)/'],
  ];
  it.each(respelled)('refuses %s with %s and proposes %s', (text, code, suggestion) => {
    expect(refusal(text)).toMatchObject({ code, params: { pattern: text, suggestion } });
    expect(parseFilter(spec(suggestion)).include.kind).toBe('regex');
  });

  it('counts the position from 1 in the text of the field', () => {
    expect(refusal('/ab++/').params['position']).toBe(4);
  });

  it('names the exclude field when the mistake is there', () => {
    expect(refusal('*.*', '/(a/').field).toBe('filter.exclude');
  });

  it('says that a list holds names, not paths', () => {
    expect(refusal('entree/*.pdf').code).toBe('filter.slash');
    expect(refusal('/entree/*.pdf').code).toBe('filter.slash');
  });

  it('refuses an empty expression', () => {
    expect(refusal('//').code).toBe('filter.emptyRegex');
  });

  it('refuses an exclusion that leaves nothing to take', () => {
    expect(refusal('*.pdf', '*.tmp;*.*').code).toBe('filter.excludesAll');
  });

  it('gives plain data, fit for a message to another thread', () => {
    const filter = parseFilter(spec('/(?i)(?P<a>x|[y-z])+(?!\\d).*/', '*.tmp'));
    expect(structuredClone(filter)).toEqual(filter);
  });
});

describe('filterVersion', () => {
  const same: readonly (readonly [string, string])[] = [
    ['', '*.*'],
    ['*', '*.*'],
    ['*.pdf;*.tif', ' *.TIF ; *.pdf;'],
    ['*.pdf;*.*', ''],
    ['\u00e9*', 'e\u0301*'],
    ['/a/', ' /a/ '],
  ];
  it.each(same)('is one for %j and %j', (one, other) => {
    expect(filterVersion(spec(one))).toBe(filterVersion(spec(other)));
  });

  it('differs as soon as a verdict can', () => {
    const specs = [
      spec(),
      spec('*.pdf'),
      spec('*.pdf', '', true),
      spec('*.pdf', '*.tmp'),
      spec('*.tmp', '*.pdf'),
      spec('/.*\\.pdf/'),
      spec('/.*\\.PDF/'),
      spec('*.*', '*.pdf'),
    ];
    expect(new Set(specs.map(filterVersion)).size).toBe(specs.length);
  });

  it('is short, and stays the same between releases', () => {
    expect(filterVersion(spec())).toBe('bef537607f9f');
    expect(filterVersion(spec('/.*\\.(?!db).*/', '*.tmp'))).toBe('124b6d0c347f');
  });

  it('can be asked of a filter that cannot be read', () => {
    expect(filterVersion(spec('/(/'))).toMatch(/^[0-9a-f]{12}$/);
  });
});
