// How a link of the guide leads on where the guide is not a page of its own.
import type { InjectionKey } from 'vue';

export const showSectionKey: InjectionKey<(section: string) => void> = Symbol('showSection');
