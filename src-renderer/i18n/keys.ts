// Every key of the French file as a type: a key that does not exist is an error of the compiler. Type only.
import type window from '../../resources/locales/window/fr.json';
import type shared from '../../resources/locales/fr.json';

/** Dotted paths to the sentences; `{one, other}` is one sentence. */
type PathsOf<T> = {
  [K in keyof T & string]: T[K] extends string
    ? K
    : T[K] extends { readonly one: string; readonly other: string }
      ? K
      : `${K}.${PathsOf<T[K]>}`;
}[keyof T & string];

type SharedSections = Pick<
  typeof shared,
  | 'adminLetter'
  | 'condition'
  | 'outcome'
  | 'counts'
  | 'itemState'
  | 'verdict'
  | 'schedule'
  | 'check'
>;

export type TextKey = `window.${PathsOf<typeof window>}` | PathsOf<SharedSections>;
