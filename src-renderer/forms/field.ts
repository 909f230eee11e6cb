// A form as data: one field per leaf of a configuration. The compiler demands a field for each, and a label for each field;
// defaults and limits come from the contract's schema alone.
import type { TextKey } from '../i18n/keys.ts';

type Common = {
  readonly label: TextKey;
  readonly help?: TextKey;
  readonly section: TextKey;
  /** Shown only while another field has one of these values. */
  readonly showWhen?: { readonly path: string; readonly is: readonly (string | boolean)[] };
  readonly width?: 'half' | 'third' | 'full';
};

export type Field = Common &
  (
    | {
        readonly kind: 'text';
        readonly placeholder?: string;
        readonly lines?: number;
        readonly mono?: boolean;
      }
    | { readonly kind: 'number'; readonly unit?: TextKey; readonly zero?: TextKey }
    | { readonly kind: 'size'; readonly zero?: TextKey }
    | { readonly kind: 'toggle' }
    | {
        readonly kind: 'select';
        readonly options: readonly { readonly value: string; readonly label: TextKey }[];
        /** Its siblings belong to the chosen value and start afresh with it. */
        readonly isUnion?: boolean;
      }
    | { readonly kind: 'folder'; readonly place: 'local' | 'server'; readonly placeholder?: string }
    | { readonly kind: 'account' }
    | { readonly kind: 'secret'; readonly isStored?: boolean }
  );

export type Fields = Readonly<Record<string, Field>>;

type Leaf = string | number | boolean | null | undefined;

/** Dotted paths to the leaves of a configuration, those of all members of a union. */
export type LeafPath<T> = T extends Leaf | readonly unknown[]
  ? never
  : T extends object
    ? {
        [K in keyof T & string]: NonNullable<T[K]> extends Leaf ? K : `${K}.${LeafPath<T[K]>}`;
      }[keyof T & string]
    : never;
