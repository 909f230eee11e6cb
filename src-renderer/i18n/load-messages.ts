// The sentences of one language: what the window shares with the command, and its own under `window`. Only the language
// in use is loaded.
import type { Language } from './shared-texts.ts';

export async function loadMessages(language: Language) {
  return language === 'fr' ? await import('./french.ts') : await import('./english.ts');
}
