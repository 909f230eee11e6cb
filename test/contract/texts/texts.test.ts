import { describe, expect, it } from 'vitest';
import { sayReason } from '#contract/texts/say-reason';
import { createTexts, type Messages } from '#contract/texts/texts';

const messages: Messages = {
  greeting: 'Bonjour {name}, {name} !',
  seen: { one: '{count} vu', other: '{count} vus' },
  columns: '{found} {found|colonne|colonnes} au lieu de {wanted} {wanted|voulue|voulues}',
  schedule: { month: { 1: 'janvier' }, says: 'en {month}' },
  itemState: { settled: 'livré et rangé' },
  filter: { accepted: 'Accepté par « {pattern} ».' },
  errors: { file: { gone: '{path} n’est plus là.' } },
  reasons: { route: { none: 'Rien pour {name}.' } },
};

const french = (onMissing?: (key: string) => void) =>
  createTexts({
    language: 'fr',
    messages,
    ...(onMissing === undefined ? {} : { onMissing }),
  });

describe('a sentence', () => {
  it('gets its parameters, each wherever it stands', () => {
    expect(french().say('greeting', { name: 'Jean' })).toBe('Bonjour Jean, Jean !');
  });

  it('keeps a placeholder that nobody fills, so that it is seen', () => {
    expect(french().say('greeting')).toBe('Bonjour {name}, {name} !');
  });

  it('is chosen by number, as the language counts', () => {
    const { say } = french();

    // French says zero in the singular.
    expect([0, 1, 2].map((count) => say('seen', { count }))).toEqual(['0 vu', '1 vu', '2 vus']);
  });

  it('has words that agree with the number beside them, each with its own', () => {
    const { say } = french();

    expect(say('columns', { found: 1, wanted: 7 })).toBe('1 colonne au lieu de 7 voulues');
    expect(say('columns', { found: 2, wanted: 1 })).toBe('2 colonnes au lieu de 1 voulue');
    expect(say('columns')).toBe('{found} colonnes au lieu de {wanted} voulues');
  });

  it('takes no agreement from what a parameter brings along', () => {
    expect(french().say('greeting', { name: '{name|a|b}' })).toBe(
      'Bonjour {name|a|b}, {name|a|b} !',
    );
  });

  it('translates a parameter that is a key of the schedule', () => {
    expect(french().say('schedule.says', { month: 'schedule.month.1' })).toBe('en janvier');
  });

  it('translates a parameter that is a state of an item', () => {
    expect(french().say('greeting', { name: 'itemState.settled' })).toContain('livré et rangé');
  });

  it('does not translate a file that is named like a key', () => {
    expect(french().say('greeting', { name: 'errors.file.gone' })).toContain('errors.file.gone');
  });

  it('does not fill in what a parameter brings along', () => {
    expect(french().say('reasons.route.none', { name: '{name}$&' })).toBe('Rien pour {name}$&.');
  });
});

describe('whether a sentence can be said', () => {
  it('depends on its parameters where they are given', () => {
    const { has } = french();

    expect(has('greeting')).toBe(true);
    expect(has('greeting', { name: 'Jean' })).toBe(true);
    expect(has('greeting', { other: 1 })).toBe(false);
    expect(has('columns', { found: 1, wanted: 2 })).toBe(true);
    expect(has('columns', { found: 1 })).toBe(false);
  });
});

describe('a missing key', () => {
  it('is shown with its parameters, and reported', () => {
    const missing: string[] = [];
    const { say } = french((key) => missing.push(key));

    expect(say('errors.none', { path: 'a' })).toBe('errors.none {"path":"a"}');
    expect(missing).toEqual(['errors.none']);
  });

  it.each(['', 'errors', 'errors.file', 'constructor', 'errors.__proto__', 'greeting.length'])(
    'never crashes: %j',
    (key) => {
      expect(french().say(key)).toBe(key);
      expect(french().has(key)).toBe(false);
    },
  );
});

describe('a code with parameters', () => {
  it.each([
    ['file.gone', { path: '/a' }, '/a n’est plus là.'],
    ['route.none', { name: 'a.pdf' }, 'Rien pour a.pdf.'],
    ['filter.accepted', { pattern: '*' }, 'Accepté par « * ».'],
    ['odd.code', { n: 1 }, 'errors.odd.code {"n":1}'],
  ])('is said wherever its sentence stands: %s', (code, params, sentence) => {
    expect(sayReason(french(), { code, params })).toBe(sentence);
  });
});
