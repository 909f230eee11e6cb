// Parameters of Content-Type and Content-Disposition: charset and language marks, continuations in any order
// (RFC 2231), encoded words where the standard forbids them but everybody writes them.
import { decodeBytes, decodeHeaderText } from './header-text.ts';

/** Names come back in lower case and without `*`; an extended value wins over a plain one, else the first wins. */
export function readParameters(
  pairs: Iterable<readonly [name: string, value: string]>,
): ReadonlyMap<string, string> {
  const plain = new Map<string, string>();
  const pieces = new Map<string, Map<number, Piece>>();
  for (const [rawName, value] of pairs) {
    const name = rawName.trim().toLowerCase();
    const extended = /^([^*]+)\*(?:(\d{1,5})(\*)?)?$/.exec(name);
    if (!extended) {
      if (!plain.has(name)) plain.set(name, decodeHeaderText(value));
      continue;
    }
    const [, base = '', index, mark] = extended;
    const isEncoded = index === undefined || mark !== undefined;
    const list = pieces.get(base) ?? new Map<number, Piece>();
    const at = Number(index ?? 0);
    if (!list.has(at)) list.set(at, { value, isEncoded });
    pieces.set(base, list);
  }
  const result = new Map(plain);
  for (const [name, list] of pieces) {
    const value = join(list);
    if (value !== '') result.set(name, value);
  }
  // Percent signs and encoded words can hide a line end: no name has one.
  for (const [name, value] of result) {
    if (/[\r\n]/.test(value)) result.set(name, value.replace(/\r\n|[\r\n]/g, ' '));
  }
  return result;
}

type Piece = { readonly value: string; readonly isEncoded: boolean };

function join(list: ReadonlyMap<number, Piece>): string {
  const pieces = [...list.entries()].sort(([a], [b]) => a - b).map(([, piece]) => piece);
  if (!pieces.some((piece) => piece.isEncoded)) {
    return decodeHeaderText(pieces.map((piece) => piece.value).join(''));
  }
  const [first, ...rest] = pieces;
  const marked = /^([^']*)'[^']*'(.*)$/s.exec(first?.isEncoded ? first.value : '');
  const charset = marked?.[1] ?? '';
  const head = { value: marked?.[2] ?? first?.value ?? '', isEncoded: first?.isEncoded ?? false };
  const text = [head, ...rest]
    .map((p) => (p.isEncoded ? percentDecoded(p.value) : p.value))
    .join('');
  const decoded = decodeBytes(Buffer.from(text, 'latin1'), charset);
  // Both at once: seen from senders that encode a name twice.
  return /^=\?.+\?=$/s.test(decoded) ? decodeHeaderText(decoded) : decoded;
}

function percentDecoded(value: string): string {
  return value.replace(/%([0-9a-f]{2})/gi, (_, hex: string) =>
    String.fromCharCode(parseInt(hex, 16)),
  );
}
