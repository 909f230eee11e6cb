// Fields in one line each: the label is `window.field.<name>`, the help, where there is one, `window.help.<name>`.
import type { TextKey } from '../i18n/keys.ts';
import type {
  Choice,
  Condition,
  Field,
  FieldKind,
  FieldOf,
  Fields,
  Option,
  Sample,
} from './field.ts';
import type { JsonObject } from './json-tree.ts';

type Tail<Head extends string> = TextKey extends infer K
  ? K extends `${Head}.${infer T}`
    ? T
    : never
  : never;

export type FieldName = Tail<'window.field'>;
export type HelpName = Tail<'window.help'>;

type Common = {
  readonly help?: HelpName;
  readonly showWhen?: Condition;
  readonly width?: 'half' | 'third' | 'full';
};
type Own<K extends FieldKind> = Omit<FieldOf<K>, 'kind' | 'label' | 'section' | keyof Common>;
type More<K extends FieldKind> = Common & Own<K>;

/** All fields of one section of a form. */
export function fieldsOf(section: TextKey) {
  function make<K extends FieldKind>(kind: K, name: FieldName, more: More<K>): FieldOf<K>;
  function make(kind: FieldKind, name: FieldName, given: Common): object {
    const { help, ...more } = given;
    const label = `window.field.${name}`;
    const helped = help === undefined ? {} : { help: `window.help.${help}` };
    return { width: 'half', ...more, ...helped, kind, label, section };
  }
  return {
    text: (name: FieldName, more: More<'text'> = {}) => make('text', name, more),
    list: (name: FieldName, more: More<'list'> = {}) => make('list', name, more),
    number: (name: FieldName, more: More<'number'> = {}) => make('number', name, more),
    size: (name: FieldName, more: More<'size'> = {}) => make('size', name, more),
    toggle: (name: FieldName, more: Common = {}) => make('toggle', name, more),
    weekdays: (name: FieldName, more: Common = {}) => make('weekdays', name, more),
    secret: (name: FieldName, more: More<'secret'> = {}) => make('secret', name, more),
    local: (name: FieldName, more: Common & Sample = {}) =>
      make('folder', name, { ...more, place: 'local' }),
    server: (name: FieldName, more: Common & Sample = {}) =>
      make('folder', name, { ...more, place: 'server' }),
    choice: (name: FieldName, of: Choice, more: Common & { readonly none?: TextKey } = {}) =>
      make('choice', name, { ...more, of }),
    /** `values` are those of `window.option.<options>`. */
    select: <const B extends OptionBase>(
      name: FieldName,
      options: B,
      values: readonly Tail<`window.option.${B}`>[],
      more: Common & { readonly fresh?: Readonly<Record<string, JsonObject>> } = {},
    ) => make('select', name, { ...more, options: optionsOf(options, values) }),
  };
}

type OptionBase =
  Tail<'window.option'> extends infer O ? (O extends `${infer B}.${string}` ? B : never) : never;

function optionsOf<const B extends OptionBase>(
  base: B,
  values: readonly Tail<`window.option.${B}`>[],
): readonly Option[];
function optionsOf(base: string, values: readonly unknown[]): readonly object[] {
  return values.map((value) => ({ value, label: `window.option.${base}.${String(value)}` }));
}

/** The same fields one level down: `what` → `take.what`. */
export function under<const P extends string, F extends Fields>(
  prefix: P,
  fields: F,
): { [K in keyof F & string as `${P}.${K}`]: F[K] };
export function under(prefix: string, fields: Fields): Fields {
  const paths = Object.entries(fields).map(([path, field]): [string, Field] => {
    const { showWhen } = field;
    if (showWhen === undefined) return [`${prefix}.${path}`, field];
    return [
      `${prefix}.${path}`,
      { ...field, showWhen: { ...showWhen, path: `${prefix}.${showWhen.path}` } },
    ];
  });
  return Object.fromEntries(paths);
}

/** The same fields, all of them shown only under one more condition, unless they have their own. */
export function onlyWhen<F extends Fields>(showWhen: Condition, fields: F): F;
export function onlyWhen(showWhen: Condition, fields: Fields): Fields {
  return Object.fromEntries(
    Object.entries(fields).map(([path, field]) => [path, { showWhen, ...field }]),
  );
}
