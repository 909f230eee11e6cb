// The texts of one language; a key without a sentence, or a parameter left open, fails the test.
import { readFileSync } from 'node:fs';
import { createTexts, type Messages, type Texts } from '#contract/texts/texts';

export function readLocale(language: 'fr' | 'en'): Pick<Texts, 'say'> {
  const url = new URL(`../../../resources/locales/${language}.json`, import.meta.url);
  const messages = JSON.parse(readFileSync(url, 'utf8')) as Messages;
  const onMissing = (key: string) => {
    throw new Error(`no ${language} text for ${key}`);
  };
  const texts = createTexts({ language, messages, onMissing });
  return {
    say: (key, params) => {
      const sentence = texts.say(key, params);
      if (/[{}]|schedule\./.test(sentence)) throw new Error(`${key}: ${sentence}`);
      return sentence;
    },
  };
}
