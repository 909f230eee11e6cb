// Mounts a component as the window does: French texts, a fake core, stores. Unmounted when the test is over.
import { mount } from '@vue/test-utils';
import { createPinia, setActivePinia } from 'pinia';
import { onTestFinished } from 'vitest';
import { type Component, createApp, ref, shallowRef } from 'vue';
import { bridgeKey } from '../../src-renderer/bridge/bridge.ts';
import * as french from '../../src-renderer/i18n/french.ts';
import { createTexts } from '../../src-renderer/i18n/shared-texts.ts';
import { createWindowTexts, textsKey } from '../../src-renderer/i18n/texts.ts';
import { type Answers, fakeBridge } from './fake-bridge.ts';

export function frenchTexts() {
  const texts = createTexts({ language: 'fr', messages: french });
  return createWindowTexts({
    current: shallowRef(texts),
    language: ref<'fr' | 'en'>('fr'),
    load: () => Promise.resolve(texts),
  });
}

export function mountWindow(
  component: Component,
  props: Record<string, unknown>,
  answers?: Answers,
) {
  const bridge = fakeBridge(answers);
  const wrapper = mount(component, {
    props,
    attachTo: document.body,
    global: {
      plugins: [createPinia()],
      provide: { [bridgeKey]: bridge, [textsKey]: frenchTexts() },
    },
  });
  onTestFinished(() => {
    wrapper.unmount();
  });
  return { wrapper, bridge };
}

/** For stores and composables: runs `set` inside an application with a fake core. */
export function insideWindow<T>(answers: Answers, set: () => T) {
  const bridge = fakeBridge(answers);
  const pinia = createPinia();
  const app = createApp({}).use(pinia).provide(bridgeKey, bridge).provide(textsKey, frenchTexts());
  setActivePinia(pinia);
  return { bridge, value: app.runWithContext(set) };
}
