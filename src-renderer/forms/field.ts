// A form as data: one field per leaf of a configuration. The compiler demands a field for each, and a label for each field;
// defaults and limits come from the contract's schema alone.
import type { TextKey } from '../i18n/keys.ts';
import type { JsonObject } from './json-tree.ts';

export type Condition = {
  readonly path: string;
  readonly is: readonly (string | boolean)[];
};

type Common = {
  readonly label: TextKey;
  readonly help?: TextKey | undefined;
  readonly section: TextKey;
  /** Shown only while other fields have one of these values. */
  readonly showWhen?: Condition | undefined;
  readonly width?: 'half' | 'third' | 'full' | undefined;
};

/** Rows of the core that a field may name. */
export type Choice = 'connector' | 'service' | 'account' | 'launchers';

export type Option = { readonly value: string; readonly label: TextKey };

/** Shown in an empty field: the same in every language, or a sentence of each. */
export type Sample = { readonly placeholder?: string; readonly example?: TextKey };

type Kinds = {
  text: Sample & { readonly lines?: number; readonly mono?: boolean };
  /** Several texts in one box, separated by commas, semicolons or lines. */
  list: Sample;
  number: { readonly unit?: TextKey; readonly zero?: TextKey };
  size: { readonly zero?: TextKey };
  toggle: object;
  select: {
    readonly options: readonly Option[];
    /** Its siblings belong to the chosen value and begin with these. */
    readonly fresh?: Readonly<Record<string, JsonObject>>;
  };
  folder: Sample & { readonly place: 'local' | 'server' };
  /** `none`: what it means that nothing is chosen; left out = something must be. */
  choice: { readonly of: Choice; readonly none?: TextKey };
  weekdays: object;
  secret: { readonly isStored?: boolean; readonly lines?: number };
};

export type FieldKind = keyof Kinds;
export type FieldOf<K extends FieldKind> = Common & Kinds[K] & { readonly kind: K };
export type Field = { [K in FieldKind]: FieldOf<K> }[FieldKind];
export type Fields = Readonly<Record<string, Field>>;

type Leaf = string | number | boolean | null | undefined | readonly (string | number)[];

/** Dotted paths to the leaves of a configuration, those of all members of a union. */
export type LeafPath<T> = T extends Leaf | readonly unknown[]
  ? never
  : T extends object
    ? {
        [K in keyof T & string]: NonNullable<T[K]> extends Leaf ? K : `${K}.${LeafPath<T[K]>}`;
      }[keyof T & string]
    : never;

/** What the form of a configuration must hold; the discriminator of the whole is chosen elsewhere. */
export type FieldsFor<T, Chosen extends PropertyKey = never> = Record<
  LeafPath<T extends unknown ? Omit<T, Chosen> : never>,
  Field
>;
