// What the reader chose for this window: language, theme, width of the tree. Kept in the browser; the core has no part in it.
import { defineStore } from 'pinia';
import { ref, watch } from 'vue';
import { z } from 'zod';

const SLOT = 'lanceur.preferences';

const Preferences = z.object({
  language: z.enum(['fr', 'en']).optional().catch(undefined),
  theme: z.enum(['system', 'light', 'dark']).catch('system'),
  navWidth: z.number().min(180).max(480).catch(256),
});
type Preferences = z.infer<typeof Preferences>;
export type Theme = Preferences['theme'];

export function readPreferences(): Preferences {
  try {
    return Preferences.parse(JSON.parse(localStorage.getItem(SLOT) ?? '{}'));
  } catch {
    // Damaged or blocked: the defaults do, and nothing of the program is lost.
    return Preferences.parse({});
  }
}

export const usePreferences = defineStore('preferences', () => {
  const stored = readPreferences();
  const language = ref(stored.language);
  const theme = ref(stored.theme);
  const navWidth = ref(stored.navWidth);

  watch([language, theme, navWidth], () => {
    const chosen = { language: language.value, theme: theme.value, navWidth: navWidth.value };
    localStorage.setItem(SLOT, JSON.stringify(chosen));
  });
  watch(
    theme,
    (value) => {
      document.documentElement.dataset['theme'] = value;
    },
    { immediate: true },
  );
  return { language, theme, navWidth };
});
