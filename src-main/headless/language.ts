// French or English: `--lang`, else the first locale variable that is set (POSIX order), else the system's language.
import { createTexts, type Language, type Messages, type Texts } from '#contract/texts/texts';
import type { Environment } from './command.ts';
import { usageError } from './usage-error.ts';

export function chooseLanguage(wanted: string | undefined, environment: Environment): Language {
  if (wanted !== undefined) {
    if (wanted === 'fr' || wanted === 'en') return wanted;
    throw usageError('usage.unknownLanguage', { language: wanted });
  }
  const named = [environment['LC_ALL'], environment['LC_MESSAGES'], environment['LANG']];
  // Windows sets none of the three: there the system tells its language through Intl.
  const locale = named.find((one) => one !== undefined && one !== '') ?? systemLocale();
  return /^fr\b|^fr_/i.test(locale) ? 'fr' : 'en';
}

/** The sentences of one language; the other file is not even read. */
export async function loadTexts(language: Language): Promise<Texts> {
  return createTexts({ language, messages: await loadMessages(language) });
}

async function loadMessages(language: Language): Promise<Messages> {
  const file =
    language === 'fr'
      ? await import('../../resources/locales/fr.json', { with: { type: 'json' } })
      : await import('../../resources/locales/en.json', { with: { type: 'json' } });
  return file.default;
}

const systemLocale = (): string => new Intl.DateTimeFormat().resolvedOptions().locale;
