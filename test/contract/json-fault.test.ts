import { describe, expect, it } from 'vitest';
import { jsonFault } from '#contract/json-fault';

describe('the place where a text stops being JSON', () => {
  it.each([
    ['a word of another language', '{"a": ', 'True}'],
    ['a comment', '{\n', '// so\n"a": 1}'],
    ['a missing comma', '{"a": 1 ', '"b": 2}'],
    ['a comma too many', '[1, ', ']'],
    ['single quotes', '{', "'a': 1}"],
    ['a string that is not closed', '{"a": ', '"b\n}'],
    ['a wrong escape', '{"path": ', '"C:\\data"}'],
    ['a number with a leading zero', '[0', '1]'],
    ['an end that is missing', '{"a": [1, 2', ''],
    ['something after the end', '{"a": 1} ', 'x'],
    ['nothing at all', '', ''],
  ])('is found at %s', (_, before, after) => {
    expect(() => JSON.parse(before + after) as unknown).toThrow(SyntaxError);
    expect(jsonFault(before + after)).toBe(before.length);
  });

  it('is the end of what is JSON', () => {
    const text = ' {"a": [1, -2.5e3, "é\\u00e9", {}, [], true, null]} ';
    expect(JSON.parse(text)).toBeDefined();
    expect(jsonFault(text)).toBe(text.length);
  });
});
