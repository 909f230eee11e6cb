import { describe, expect, it } from 'vitest';
import { chooseLanguage } from '../../src-main/headless/language.ts';

describe('the language of the command', () => {
  it.each([
    ['the option before everything', 'en', { LC_ALL: 'fr_FR.UTF-8' }, 'en'],
    ['LC_ALL before LC_MESSAGES', undefined, { LC_ALL: 'fr_FR', LC_MESSAGES: 'en_US' }, 'fr'],
    ['LC_MESSAGES before LANG', undefined, { LC_MESSAGES: 'fr', LANG: 'en_US.UTF-8' }, 'fr'],
    ['LANG when nothing else is set', undefined, { LANG: 'fr_CA.UTF-8' }, 'fr'],
    ['an empty variable as not set', undefined, { LC_ALL: '', LANG: 'fr_FR.UTF-8' }, 'fr'],
    ['English for any other language', undefined, { LANG: 'de_DE.UTF-8' }, 'en'],
    ['English for C', undefined, { LANG: 'C.UTF-8' }, 'en'],
    ['no French for a language that only begins alike', undefined, { LANG: 'fry_NL' }, 'en'],
  ] as const)('takes %s', (_, wanted, environment, language) => {
    expect(chooseLanguage(wanted, environment)).toBe(language);
  });

  it('refuses an option it does not speak', () => {
    expect(() => chooseLanguage('de', {})).toThrow('usage.unknownLanguage');
  });
});
