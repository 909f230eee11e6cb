// The tree of a regular expression. It is read once and serves three ends: the JavaScript the engine runs,
// the names invented to try the filter, and the sentence that says what it does.

/** `max` is Infinity when unbounded. `set.source` is a JavaScript class for the `v` flag. */
export type RegexNode =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'any'; readonly newline: boolean }
  | { readonly kind: 'set'; readonly source: string }
  | { readonly kind: 'start' }
  | { readonly kind: 'end' }
  | { readonly kind: 'edge'; readonly negated: boolean }
  | { readonly kind: 'back'; readonly group: number; readonly construct: string }
  | {
      readonly kind: 'group';
      readonly capture: number | null;
      readonly body: RegexNode;
    }
  | {
      readonly kind: 'look';
      readonly ahead: boolean;
      readonly negated: boolean;
      readonly body: RegexNode;
    }
  | {
      readonly kind: 'repeat';
      readonly body: RegexNode;
      readonly min: number;
      readonly max: number;
      readonly lazy: boolean;
    }
  | { readonly kind: 'sequence'; readonly items: readonly RegexNode[] }
  | { readonly kind: 'choice'; readonly options: readonly RegexNode[] };

/** What a set can match, from printable ASCII and a few letters of French names. */
export function membersOf(source: string): readonly string[] {
  const set = new RegExp(`^${source}$`, 'v');
  return ALPHABET.filter((character) => set.test(character));
}

const ALPHABET = [
  ...Array.from({ length: 26 }, (_, index) => String.fromCodePoint(0x61 + index)),
  ...Array.from({ length: 26 }, (_, index) => String.fromCodePoint(0x41 + index)),
  ...'0123456789_- .éèàçÉœ€',
  ...'!"#$%&\'()*+,/:;<=>?@[\\]^`{|}~',
];

/** The items of a node read in sequence; groups are opened. */
export function flatten(node: RegexNode): readonly RegexNode[] {
  if (node.kind === 'sequence') return node.items.flatMap(flatten);
  if (node.kind === 'group') return flatten(node.body);
  return [node];
}

/** `.*`: any text, nothing included. */
export function isAnything(node: RegexNode | undefined): boolean {
  return (
    node?.kind === 'repeat' &&
    node.body.kind === 'any' &&
    node.min === 0 &&
    node.max === Number.POSITIVE_INFINITY
  );
}
