// Sentences from the locale files: a key and parameters become text in the reader's language. Used by every
// shell. A missing key never crashes: it is shown as it is, with its parameters, and reported to `onMissing`.
import { createFormats, type Formats } from './formats.ts';
import { createNumbers, type Numbers } from './numbers.ts';

export type Language = 'fr' | 'en';

/**
 * A locale file: nested objects of sentences; `{name}` is a parameter. `{one, other…}` is one sentence by `count`;
 * `{name|colonne|colonnes}` is the first word or the second by the number `name`, so that a sentence may count several things.
 */
export type Messages = { readonly [key: string]: string | Messages };

export type TextParams = Readonly<Record<string, unknown>>;

export interface Texts {
  readonly language: Language;
  readonly formats: Formats;
  /** Parameters: `…Bytes` is shown as a size, `…Ms` as a duration, an ISO instant as local date and time. */
  readonly say: (key: string, params?: TextParams) => string;
  /** Whether there is such a sentence and, where parameters are given, whether they fill it. */
  readonly has: (key: string, params?: TextParams) => boolean;
}

export type TextsOptions = {
  readonly language: Language;
  readonly messages: Messages;
  readonly onMissing?: (key: string) => void;
};

const KEY = /^(schedule|itemState|outboxState|reasons\.inputFault)\./;

const FORMS: ReadonlySet<string> = new Set(['one', 'other']);

export function createTexts({ language, messages, onMissing }: TextsOptions): Texts {
  const numbers = createNumbers(language);
  const formats = createFormats(language, numbers);
  const sentence = (key: string, params: TextParams): string | undefined => {
    const found = lookUp(messages, key);
    if (found === undefined || typeof found === 'string') return found;
    if (!isPlural(found)) return undefined;
    const chosen = found[numbers.plural(Number(params['count'] ?? 0))] ?? found['other'];
    return typeof chosen === 'string' ? chosen : undefined;
  };
  const has = (key: string, params?: TextParams): boolean => {
    const text = sentence(key, params ?? {});
    if (text === undefined || params === undefined) return text !== undefined;
    return placeholders(text).every((name) => Object.hasOwn(params, name));
  };
  const show = (name: string, value: unknown, params: TextParams): string => {
    // Names of columns, weekdays, months, states and faults travel as keys, because the core knows no language.
    const isKey = typeof value === 'string' && KEY.test(value) && has(value);
    return isKey ? say(value, without(params, name)) : formats.parameter(name, value);
  };
  const say = (key: string, params: TextParams = {}): string => {
    const text = sentence(key, params);
    if (text !== undefined) return fill(agree(text, params, numbers.plural), params, show);
    onMissing?.(key);
    return Object.keys(params).length === 0 ? key : `${key} ${JSON.stringify(params)}`;
  };
  return { language, formats, say, has };
}

/** True for `{one, other}` and the like: one sentence in several grammatical numbers. */
export function isPlural(node: Messages): boolean {
  return 'other' in node && Object.keys(node).every((form) => FORMS.has(form));
}

/** The names between braces, each once. */
export function placeholders(text: string): string[] {
  return [...new Set(Array.from(text.matchAll(NAMED), (match) => match[1] ?? ''))];
}

const PLACEHOLDER = /\{([A-Za-z][A-Za-z0-9]*)\}/g;
const AGREEING = /\{([A-Za-z][A-Za-z0-9]*)\|([^{}|]*)\|([^{}|]*)\}/g;
const NAMED = /\{([A-Za-z][A-Za-z0-9]*)(?:\|[^{}|]*\|[^{}|]*)?\}/g;

type Show = (name: string, value: unknown, params: TextParams) => string;

function fill(text: string, params: TextParams, show: Show): string {
  return text.replace(PLACEHOLDER, (whole, name: string) =>
    Object.hasOwn(params, name) ? show(name, params[name], params) : whole,
  );
}

/** Before the parameters are filled in: what they bring along agrees with nothing. A number that is missing has many. */
function agree(text: string, params: TextParams, plural: Numbers['plural']): string {
  return text.replace(AGREEING, (_, name: string, one: string, other: string) =>
    plural(Number(params[name] ?? 2)) === 'one' ? one : other,
  );
}

/** The sentence that a parameter names is filled by the others. */
const without = (params: TextParams, name: string): TextParams =>
  Object.fromEntries(Object.entries(params).filter(([other]) => other !== name));

function lookUp(messages: Messages, key: string): string | Messages | undefined {
  let node: string | Messages | undefined = messages;
  for (const step of key.split('.')) {
    if (typeof node !== 'object' || !Object.hasOwn(node, step)) return undefined;
    node = node[step];
  }
  return node;
}
