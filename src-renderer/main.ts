// Starts the window: key out of the address, language, bridge, stores, router, page. Every part is made here and passed in.
import '#contract/zod-setup';
import { createPinia } from 'pinia';
import { createApp, ref, shallowRef } from 'vue';
import App from './App.vue';
import { bridgeKey } from './bridge/bridge.ts';
import { chooseBridge } from './bridge/choose-bridge.ts';
import { loadMessages } from './i18n/load-messages.ts';
import { createTexts, type Language, type Texts } from './i18n/shared-texts.ts';
import { createWindowTexts, textsKey } from './i18n/texts.ts';
import { createWindowRouter, fetchPages } from './router.ts';
import { readPreferences } from './stores/preferences.ts';
import './styles/tokens.css';
import './styles/base.css';

async function loadTexts(language: Language): Promise<Texts> {
  const onMissing = (key: string): void => {
    // eslint-disable-next-line no-console -- a bug for whoever reads the console; the page shows the key itself
    console.error(`No sentence for ${key}`);
  };
  return createTexts({ language, messages: await loadMessages(language), onMissing });
}

function systemLanguage(): Language {
  return navigator.language.toLowerCase().startsWith('fr') ? 'fr' : 'en';
}

const { language: chosen, theme } = readPreferences();
document.documentElement.dataset['theme'] = theme;
const language = ref<Language>(chosen ?? systemLanguage());
const texts = createWindowTexts({
  current: shallowRef(await loadTexts(language.value)),
  language,
  load: loadTexts,
});
const bridge = chooseBridge(window);
const router = createWindowRouter();
// The tray and the notifications open pages.
bridge.desktop?.onShow((path) => void router.push(path));

createApp(App)
  .provide(bridgeKey, bridge)
  .provide(textsKey, texts)
  .use(createPinia())
  .use(router)
  .mount('#app');

void router.isReady().then(() => {
  requestIdleCallback(() => {
    fetchPages(router);
  });
});
