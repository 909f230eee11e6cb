// The guide in the reader's language, fetched when it is first looked at; changes with the language.
import { shallowRef, watch } from 'vue';
import { lineError } from '../bridge/bridge-error.ts';
import { useAction } from '../composables/use-action.ts';
import type { Language } from '../i18n/shared-texts.ts';
import { useTexts } from '../i18n/texts.ts';

export type Guide = Awaited<ReturnType<typeof loadGuide>>;

async function loadGuide(language: Language) {
  return language === 'fr'
    ? (await import('../../docs/guide.fr.md')).guide
    : (await import('../../docs/guide.en.md')).guide;
}

/** `guide` is null until it is there; `error` says why it is not, `load` tries again. */
export function useGuide() {
  const { language } = useTexts();
  const guide = shallowRef<Guide | null>(null);
  const fetching = useAction(async () => {
    const loaded = await loadGuide(language.value).catch(() => null);
    // Its files come from the program like everything else.
    if (loaded === null) throw lineError('api.gone');
    guide.value = loaded;
  });
  watch(language, () => void fetching.run(), { immediate: true });
  return { guide, error: fetching.error, isBusy: fetching.isBusy, load: fetching.run };
}
