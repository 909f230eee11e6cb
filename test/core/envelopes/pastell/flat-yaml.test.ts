import fc from 'fast-check';
import { expect, it } from 'vitest';
import { parse, stringify } from 'yaml';
import { parseFlatYaml } from '#core/envelopes/pastell/flat-yaml';

const read = (text: string): Record<string, unknown> | null => {
  const map = parseFlatYaml(text);
  return map === null ? null : Object.fromEntries(map);
};

it.each([
  ['plain texts', 'a: b\nacte_nature: 1\n', { a: 'b', acte_nature: '1' }],
  [
    'texts that look like something else',
    'a: no\nb: 0012\nc: 2026-11-22',
    { a: 'no', b: '0012', c: '2026-11-22' },
  ],
  ['nothing, three ways', "a:\nb: ~\nc: null\nd: ''", { a: '', b: '', c: '', d: '' }],
  [
    'document marks and comments',
    '# x\n---\na: b # c\n\n# d\ne: f#g\n...\nrest',
    { a: 'b', e: 'f#g' },
  ],
  ['single quotes', "a: 'it''s: #1'", { a: "it's: #1" }],
  ['double quotes', 'a: "l\'\\u00e9t\\xe9 \\"x\\" \\\\ \\/"', { a: 'l\'été "x" \\ /' }],
  ['a list, indented or not', 'a:\n- x\n- "y"\nb:\n  - z', { a: ['x', 'y'], b: ['z'] }],
  ['a list on one line', 'a: [x, \'y, z\', "w"]\nb: []', { a: ['x', 'y, z', 'w'], b: [] }],
  ['a literal block', 'a: |\n  x\n    y\n\n  z\nb: c', { a: 'x\n  y\n\nz\n', b: 'c' }],
  ['a folded block', 'a: >-\n  x\n  y\n\n  z\nb: c', { a: 'x y\nz', b: 'c' }],
  ['a text that goes on below', 'a: x\n  y\n  z\nb: c', { a: 'x y z', b: 'c' }],
  ['quotes over several lines', 'a: "x\n  y\n\n  z"\nb: c', { a: 'x y\nz', b: 'c' }],
  ['a list that is text', `type_pj: '["12_DA","17_GA"]'`, { type_pj: '["12_DA","17_GA"]' }],
  ['line ends of Windows', 'a: b\r\nc:\r\n  - d\r\n', { a: 'b', c: ['d'] }],
])('reads %s', (_what, text, map) => {
  expect(read(text)).toEqual(map);
});

it.each([
  ['a map in a map', 'a:\n  b: c'],
  ['a map on one line', 'a: {b: c}'],
  ['a map in a list', 'a:\n  - b: c'],
  ['a list in a list', 'a:\n  - - b'],
  ['a list in a list on one line', 'a: [[b]]'],
  ['a list alone', '- a\n- b'],
  ['a text alone', 'Bonjour'],
  ['an address', 'http://example.org'],
  ['a key twice', 'a: b\na: c'],
  ['an anchor', 'a: &x b\nc: *x'],
  ['a tag', 'a: !!binary b'],
  ['an open quote', 'a: "b\nc: d'],
  ['something behind the closing quote', "a: 'b' c"],
  ['a question', '? a\n: b'],
  ['nothing', ''],
])('does not read %s', (_what, text) => {
  expect(read(text)).toBeNull();
});

it('agrees with a full parser on every flat map that a writer makes', () => {
  const words = fc
    .stringMatching(/^[\wéà:#'"\\/\-[\]{}&*!|>%@,?=. ]{0,60}$/u)
    .map((line) => line.trim());
  const text = fc.oneof(
    words,
    fc.array(words, { maxLength: 4 }).map((lines) => lines.join('\n')),
  );
  const value = fc.oneof(text, fc.array(words, { minLength: 1, maxLength: 4 }));
  const map = fc.dictionary(fc.stringMatching(/^[a-z][a-z_0-9]{0,20}$/u), value, { minKeys: 1 });
  const style = fc.record({
    defaultStringType: fc.constantFrom(
      'PLAIN',
      'QUOTE_SINGLE',
      'QUOTE_DOUBLE',
      'BLOCK_LITERAL',
      'BLOCK_FOLDED',
    ),
    lineWidth: fc.constantFrom(0, 40, 80),
    indentSeq: fc.boolean(),
  });
  fc.assert(
    fc.property(map, style, (written, options) => {
      const document = stringify({ ...written }, { ...options, schema: 'failsafe' } as object);
      const expected = parse(document, { schema: 'failsafe' }) as Record<string, unknown>;
      const nulls = (x: unknown) => (x === 'null' || x === '~' ? '' : x);
      const plain = Object.fromEntries(
        Object.entries(expected).map(([key, v]) => [
          key,
          Array.isArray(v) ? v.map(nulls) : nulls(v),
        ]),
      );
      expect(read(document), document).toEqual(plain);
    }),
    { numRuns: 500 },
  );
});
