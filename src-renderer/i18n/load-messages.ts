// The sentences of one language: what the window shares with the command, and its own under `window`. Only the language
// in use is loaded, and of the shared file only the sections the window needs.
import type { Language } from './shared-texts.ts';

export async function loadMessages(language: Language) {
  return language === 'fr'
    ? (await import('./french.ts')).french
    : (await import('./english.ts')).english;
}
