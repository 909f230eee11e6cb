// The sentences of one language; the other file is not even read.
import type { Settings } from '#contract/model/settings';
import { createTexts, type Language, type Messages, type Texts } from '#contract/texts/texts';

export async function loadTexts(language: Language): Promise<Texts> {
  return createTexts({ language, messages: await loadMessages(language) });
}

/** Language of what the program writes by itself: mails and notifications. */
export function ownLanguage({ language }: Pick<Settings, 'language'>): Language {
  if (language !== 'system') return language;
  return /^fr\b/i.test(new Intl.DateTimeFormat().resolvedOptions().locale) ? 'fr' : 'en';
}

async function loadMessages(language: Language): Promise<Messages> {
  const file =
    language === 'fr'
      ? await import('../../../resources/locales/fr.json', { with: { type: 'json' } })
      : await import('../../../resources/locales/en.json', { with: { type: 'json' } });
  return file.default;
}
