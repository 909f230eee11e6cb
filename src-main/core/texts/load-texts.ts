// The sentences of one language, and which language the system speaks.
import type { Settings } from '#contract/model/settings';
import { createTexts, type Language, type Messages, type Texts } from '#contract/texts/texts';

/** The other language's file is not even read. */
export async function loadTexts(language: Language): Promise<Texts> {
  return createTexts({ language, messages: await loadMessages(language) });
}

/** Language of what the program writes by itself: mails and notifications. */
export const ownLanguage = ({ language }: Pick<Settings, 'language'>): Language =>
  language === 'system' ? languageOf(systemLocale()) : language;

export const languageOf = (locale: string): Language =>
  /^fr(?![a-z])/i.test(locale) ? 'fr' : 'en';

/** BCP 47. Asked of plural rules, because a format of dates would read 8 MB of locale data for the same answer. */
export const systemLocale = (): string => new Intl.PluralRules().resolvedOptions().locale;

async function loadMessages(language: Language): Promise<Messages> {
  const file =
    language === 'fr'
      ? await import('../../../resources/locales/fr.json', { with: { type: 'json' } })
      : await import('../../../resources/locales/en.json', { with: { type: 'json' } });
  return file.default;
}
