// French or English: `--lang`, else the first locale variable that is set (POSIX order), else the system's language.
import type { Language } from '#contract/texts/texts';
import { languageOf, systemLocale } from '../core/texts/load-texts.ts';
import type { Environment } from './command.ts';
import { usageError } from './usage-error.ts';

export function chooseLanguage(wanted: string | undefined, environment: Environment): Language {
  if (wanted !== undefined) {
    if (wanted === 'fr' || wanted === 'en') return wanted;
    throw usageError('usage.unknownLanguage', { language: wanted });
  }
  const named = [environment['LC_ALL'], environment['LC_MESSAGES'], environment['LANG']];
  // Windows sets none of the three.
  return languageOf(named.find((one) => one !== undefined && one !== '') ?? systemLocale());
}
