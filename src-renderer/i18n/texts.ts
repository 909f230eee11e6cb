// Sentences in the language of the reader, reactive: changing the language changes every page at once.
import { computed, inject, type InjectionKey, type Ref } from 'vue';
import { now } from '../time.ts';
import type { TextKey } from './keys.ts';
import { type Language, localeOf, sayReason, type TextParams, type Texts } from './shared-texts.ts';

export interface WindowTexts {
  readonly language: Readonly<Ref<Language>>;
  readonly setLanguage: (language: Language) => Promise<void>;
  readonly say: (key: TextKey, params?: TextParams) => string;
  /** A key that is only known when the program runs; shown as it is where there is no sentence. */
  readonly sayKey: (key: string, params?: TextParams) => string;
  readonly has: (key: string) => boolean;
  /** An error, a verdict, a warning: code and parameters as a sentence. */
  readonly sayCode: (reason: { readonly code: string; readonly params: TextParams }) => string;
  readonly size: (bytes: number) => string;
  readonly number: (value: number) => string;
  readonly duration: (ms: number) => string;
  /** UTC ISO → local date and time, seconds included. */
  readonly instant: (iso: string) => string;
  /** UTC ISO → what a table shows: the time of today, the day and time of another day. */
  readonly shortInstant: (iso: string) => string;
  readonly date: (value: Date, options: Intl.DateTimeFormatOptions) => string;
}

export const textsKey: InjectionKey<WindowTexts> = Symbol('texts');

export function useTexts(): WindowTexts {
  const texts = inject(textsKey);
  if (texts === undefined) throw new Error('The window was started without texts.');
  return texts;
}

type Options = {
  /** Written when the language changes. */
  readonly current: Ref<Texts>;
  readonly language: Ref<Language>;
  readonly load: (language: Language) => Promise<Texts>;
};

export function createWindowTexts({ current, language, load }: Options): WindowTexts {
  const formats = (): Texts['formats'] => current.value.formats;
  // Intl's formatters take milliseconds to make, and a table asks for hundreds of dates.
  const kept = new Map<string, Intl.DateTimeFormat>();
  const date = (value: Date, options: Intl.DateTimeFormatOptions): string => {
    const key = `${language.value} ${JSON.stringify(options)}`;
    const made = kept.get(key) ?? new Intl.DateTimeFormat(localeOf(language.value), options);
    kept.set(key, made);
    return made.format(value);
  };
  // Told of a new day only, not of each minute.
  const today = computed(() => now.value.toDateString());
  const sayKey = (key: string, params?: TextParams): string => current.value.say(key, params);
  return {
    language,
    setLanguage: async (wanted) => {
      current.value = await load(wanted);
      language.value = wanted;
    },
    say: sayKey,
    sayKey,
    has: (key) => current.value.has(key),
    sayCode: (reason) => {
      // What the command answers with "run lanceur …" is answered here with a place in the window.
      const own = `window.errors.${reason.code}`;
      return current.value.has(own) ? sayKey(own, reason.params) : sayReason(current.value, reason);
    },
    size: (bytes) => formats().size(bytes),
    number: (value) => new Intl.NumberFormat(language.value).format(value),
    duration: (ms) => formats().duration(ms),
    instant: (iso) => formats().instant(iso),
    shortInstant: (iso) => {
      const at = new Date(iso);
      const isToday = at.toDateString() === today.value;
      return date(at, isToday ? TIME : DAY_AND_TIME);
    },
    date,
  };
}

const TIME: Intl.DateTimeFormatOptions = { hour: '2-digit', minute: '2-digit', second: '2-digit' };
const DAY_AND_TIME: Intl.DateTimeFormatOptions = {
  day: '2-digit',
  month: '2-digit',
  year: '2-digit',
  hour: '2-digit',
  minute: '2-digit',
};
