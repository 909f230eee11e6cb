// The shell's sentences: in the language that is set, else the system's.
import type { Settings } from '#contract/model/settings';
import { createTexts, type Language, type Texts } from '#contract/texts/texts';
import en from '../../resources/locales/en.json' with { type: 'json' };
import fr from '../../resources/locales/fr.json' with { type: 'json' };

export function desktopTexts(wanted: Settings['language'], systemLocale: string): Texts {
  const system: Language = /^fr\b/i.test(systemLocale) ? 'fr' : 'en';
  const language = wanted === 'system' ? system : wanted;
  return createTexts({ language, messages: language === 'fr' ? fr : en });
}
