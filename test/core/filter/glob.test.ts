// The glob matcher against an independent reading of globs, and its promise never to explode.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { comparable, compileGlobs, firstMatch } from '#core/filter/glob';

function takes(field: string, name: string, caseSensitive = false): boolean {
  return firstMatch(compileGlobs(field, caseSensitive), comparable(name, caseSensitive)) !== null;
}

/** The same meaning by another road: JavaScript's own expressions. */
function reference(glob: string, name: string): boolean {
  const source = Array.from(glob, (sign) => {
    if (sign === '*') return '.*';
    return sign === '?' ? '.' : sign.replace(/[\^$\\.+()[\]{}|/]/, '\\$&');
  });
  return new RegExp(`^${source.join('')}$`, 'su').test(name);
}

const letters = fc.constantFrom('a', 'b', '.', 'é', '😀', '[', '+', '(', '^', ' ');
const name = fc.array(letters, { maxLength: 10 }).map((list) => list.join(''));
const glob = fc
  .array(fc.oneof(letters, fc.constantFrom('*', '?', '*.')), { minLength: 1, maxLength: 8 })
  .map((list) => list.join('').trim())
  .filter((text) => text !== '' && text !== '*.*');

describe('globs', () => {
  it('match what the same glob means as a regular expression', () => {
    fc.assert(
      fc.property(glob, name, (text, candidate) => {
        fc.pre(!/^\*+\.\*+$/.test(text));
        expect(takes(text, candidate, true)).toBe(reference(text, candidate));
      }),
      { numRuns: 5000 },
    );
  });

  it('do not see whether letters are big or small, composed or not', () => {
    const word = fc.array(fc.constantFrom('a', 'É', 'ç', '.', 'Z'), { maxLength: 8 });
    fc.assert(
      fc.property(word, (list) => {
        const text = list.join('');
        expect(takes(`${text}*`, text.normalize('NFD').toUpperCase())).toBe(true);
      }),
    );
  });

  it('of a list match when one of them does', () => {
    fc.assert(
      fc.property(glob, glob, name, (one, other, candidate) => {
        const either = takes(one, candidate) || takes(other, candidate);
        expect(takes(`${one} ;; ${other}`, candidate)).toBe(either);
      }),
    );
  });

  it('are answered at once even when written to explode', () => {
    // Reading it as an expression would take longer than anyone lives.
    expect(takes(`${'*a'.repeat(60)}*b`, 'a'.repeat(5000))).toBe(false);
  });
});
