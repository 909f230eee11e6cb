// Random structures of mails: rendered, with the leaves that a reader must find in them.
import fc from 'fast-check';

export type Tree =
  | {
      readonly kind: 'leaf';
      readonly type: string;
      readonly name: string | null;
      readonly encoding: 'base64' | 'quoted-printable' | '7bit' | 'binary';
      /** A number: that many bytes of text, so that a failure prints no megabytes. */
      readonly content: Buffer | number;
      readonly lineChars: number;
    }
  | {
      readonly kind: 'multipart';
      readonly subtype: string;
      readonly children: readonly Tree[];
      readonly preamble: string;
      readonly epilogue: string;
      readonly blanks: string;
    }
  | { readonly kind: 'message'; readonly tree: Tree; readonly encoding: '8bit' | 'base64' };

export type ExpectedLeaf = { readonly part: string; readonly name: string; readonly bytes: Buffer };

export type Rendered = { readonly raw: Buffer; readonly leaves: readonly ExpectedLeaf[] };

/** A whole mail; `eol` is the line end of its headers and boundaries. `isOpened`: enclosed messages are leaves no more. */
export function render(tree: Tree, eol: '\r\n' | '\n', isOpened: boolean): Rendered {
  const boundaries = { count: 0 };
  const leaves: ExpectedLeaf[] = [];

  const entity = (node: Tree, part: string, isTold: boolean): Buffer => {
    const join = (headers: readonly string[], body: Buffer) =>
      Buffer.concat([Buffer.from([...headers, '', ''].join(eol)), body]);
    if (node.kind === 'leaf') {
      const number = part === '' ? '1' : part;
      if (isTold) leaves.push({ part: number, name: node.name ?? '', bytes: bytesOf(node) });
      return join(leafHeaders(node), encode(bytesOf(node), node, eol));
    }
    if (node.kind === 'message') {
      const number = part === '' ? '1' : part;
      const slot = leaves.length;
      const inner = mail(node.tree, number, isTold && isOpened);
      if (isTold) leaves.splice(slot, 0, { part: number, name: '', bytes: inner });
      const { encoding } = node;
      const headers = ['Content-Type: message/rfc822', `Content-Transfer-Encoding: ${encoding}`];
      return join(headers, encode(inner, { encoding, lineChars: 76 }, eol));
    }
    const boundary = `=_${boundaries.count++}_b`;
    const parts = node.children.map((child, index) => {
      const number = part === '' ? String(index + 1) : `${part}.${index + 1}`;
      return [`--${boundary}${node.blanks}${eol}`, entity(child, number, isTold), eol];
    });
    const open = node.preamble === '' ? '' : node.preamble + eol;
    const close = `--${boundary}--${node.blanks}${eol}${node.epilogue}`;
    const body = [open, ...parts.flat(), close].map((piece) => Buffer.from(piece));
    const type = `Content-Type: multipart/${node.subtype}; boundary="${boundary}"`;
    return join([type], Buffer.concat(body));
  };

  /** `around`: number of the part it is enclosed in. */
  const mail = (node: Tree, around: string, isTold: boolean): Buffer => {
    const number = around !== '' && node.kind !== 'multipart' ? `${around}.1` : around;
    return Buffer.concat([Buffer.from(`Subject: x${eol}`), entity(node, number, isTold)]);
  };

  return { raw: mail(tree, '', true), leaves };
}

function leafHeaders(leaf: Extract<Tree, { kind: 'leaf' }>): readonly string[] {
  const name = leaf.name === null ? '' : `; filename*=UTF-8''${encodeURIComponent(leaf.name)}`;
  return [
    `Content-Type: ${leaf.type}`,
    `Content-Disposition: attachment${name}`,
    `Content-Transfer-Encoding: ${leaf.encoding}`,
  ];
}

type Encoding = { readonly encoding: string; readonly lineChars: number };

function encode(content: Buffer, { encoding, lineChars }: Encoding, eol: string): Buffer {
  if (encoding === 'base64') {
    const lines = content.toString('base64').match(new RegExp(`.{1,${lineChars}}`, 'g')) ?? [];
    return Buffer.from(lines.join(eol));
  }
  if (encoding === 'quoted-printable') {
    const units = [...content].map(
      (byte) => `=${byte.toString(16).toUpperCase().padStart(2, '0')}`,
    );
    return Buffer.from(units.map((unit, n) => (n % 24 === 23 ? `${unit}=${eol}` : unit)).join(''));
  }
  return content;
}

const content = fc.oneof(
  fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes)),
  // What looks like boundaries, and is none.
  fc
    .array(fc.constantFrom('\r\n--', '\n--', '--', '\r', '\n', '=_0_b', '=_1_', 'x', '-', ' '), {
      maxLength: 60,
    })
    .map((pieces) => Buffer.from(pieces.join(''))),
  fc.integer({ min: 60_000, max: 200_000 }),
);

const leaf = fc.record({
  kind: fc.constant('leaf' as const),
  type: fc.constantFrom('application/pdf', 'text/plain', 'image/png', 'application/xml'),
  name: fc.option(fc.string({ unit: 'grapheme', minLength: 1, maxLength: 30 }).filter(isName)),
  encoding: fc.constantFrom('base64', 'quoted-printable', '7bit', 'binary'),
  content,
  lineChars: fc.constantFrom(4, 60, 61, 76, 1000),
});

/** Any structure of limited depth. */
export const anyTree: fc.Arbitrary<Tree> = fc.letrec<{ tree: Tree }>((tie) => ({
  tree: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    leaf,
    fc.record({
      kind: fc.constant('multipart' as const),
      subtype: fc.constantFrom('mixed', 'alternative', 'related'),
      children: fc.array(tie('tree'), { minLength: 1, maxLength: 4 }),
      preamble: fc.constantFrom('', 'This is a mail in several parts.', '--no boundary'),
      epilogue: fc.constantFrom('', 'The end.'),
      blanks: fc.constantFrom('', ' ', ' \t '),
    }),
    fc.record({
      kind: fc.constant('message' as const),
      tree: tie('tree'),
      encoding: fc.constantFrom('8bit' as const, 'base64' as const),
    }),
  ),
})).tree;

function isName(name: string): boolean {
  return name.trim() !== '' && name.isWellFormed() && !/[\r\n]/.test(name) && !name.includes('=?');
}

/** Raw content must not hold a line that is a boundary, nor end so that its end cannot be told from a line end. */
function bytesOf({ encoding, content }: Extract<Tree, { kind: 'leaf' }>): Buffer {
  const bytes = typeof content === 'number' ? Buffer.alloc(content, 'abcdefghij\r\n') : content;
  if (encoding === 'base64' || encoding === 'quoted-printable') return bytes;
  const text = bytes.toString('latin1').replaceAll('--=_', '--=').replace(/\r+$/, '');
  return Buffer.from(text, 'latin1');
}
