// Just enough BER (ITU-T X.690 §8) to walk through a CMS message: tags, definite and indefinite lengths. Reads a few
// bytes per element, wherever it lies; no element is larger than what holds it.
import { RefusedError } from '../../errors.ts';
import type { ByteSource } from './byte-source.ts';

export type Element = {
  /** First byte: class, constructed bit, number. */
  readonly tag: number;
  readonly contentAt: number;
  /** Null: indefinite, up to an end mark. */
  readonly length: number | null;
};

export const TAG = {
  endMark: 0x00,
  octets: 0x04,
  octetsConstructed: 0x24,
  oid: 0x06,
  sequence: 0x30,
  set: 0x31,
  context0: 0xa0,
} as const;

const CONSTRUCTED = 0x20;
const MAX_DEPTH = 50;

export const isConstructed = (element: Element) => (element.tag & CONSTRUCTED) !== 0;

export async function elementAt(source: ByteSource, at: number): Promise<Element> {
  const head = await source.bytes(at, 10);
  const [tag, first] = head;
  // Tags of more than one byte do not occur in what is read here.
  if (tag === undefined || first === undefined || (tag & 0x1f) === 0x1f) throw unreadable();
  if (first < 0x80) return within(source, { tag, contentAt: at + 2, length: first });
  if (first === 0x80) return { tag, contentAt: at + 2, length: null };
  const count = first & 0x7f;
  if (count > 6 || head.length < 2 + count) throw unreadable();
  return within(source, { tag, contentAt: at + 2 + count, length: head.readUIntBE(2, count) });
}

/** Where the element behind `element` begins. */
export async function behind(source: ByteSource, element: Element): Promise<number> {
  if (element.length !== null) return element.contentAt + element.length;
  let depth = 1;
  let at = element.contentAt;
  while (depth > 0) {
    const inner = await elementAt(source, at);
    if (inner.tag === TAG.endMark) depth--;
    if (inner.length === null) depth++;
    if (depth > MAX_DEPTH) throw unreadable();
    at = inner.contentAt + (inner.length ?? 0);
  }
  return at;
}

/** The next element, which must have this tag. */
export async function expect(source: ByteSource, at: number, tag: number): Promise<Element> {
  const element = await elementAt(source, at);
  if (element.tag !== tag) throw unreadable();
  return element;
}

export function unreadable(): RefusedError {
  return new RefusedError('mail.smimeUnreadable');
}

function within(source: ByteSource, element: Element & { readonly length: number }): Element {
  if (element.contentAt + element.length > source.sizeBytes) throw unreadable();
  return element;
}
