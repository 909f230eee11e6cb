// Signed S/MIME that hides its content in the signature (smime.p7m, RFC 8551 §3.5.2; CMS, RFC 5652 §5): the content is
// handed out as it is, in pieces, without judging the signature. What is encrypted is named as such.
import { throwIfAborted } from '../../errors.ts';
import { behind, elementAt, expect, isConstructed, TAG, unreadable, type Element } from './ber.ts';
import type { ByteSource } from './byte-source.ts';

export type CmsKind =
  | 'signed'
  | 'detached' // a signature alone: what it signs lies beside it
  | 'encrypted'
  | 'other';

export type OpenedCms = {
  readonly kind: CmsKind;
  /** Of `signed`: the content, in pieces that are the caller's to keep; throws as `openCms` when it is cut. */
  readonly content: (signal: AbortSignal) => AsyncGenerator<Buffer>;
};

const PIECE_BYTES = 65_536;
const MAX_DEPTH = 50;

/** Throws RefusedError `mail.smimeUnreadable`. */
export async function openCms(source: ByteSource): Promise<OpenedCms> {
  const info = await expect(source, 0, TAG.sequence);
  const type = await expect(source, info.contentAt, TAG.oid);
  const name = await oidOf(source, type);
  const kind = KINDS.get(name) ?? 'other';
  if (kind !== 'signed') return { kind, content: nothing };
  const wrapped = await expect(source, await behind(source, type), TAG.context0);
  const signed = await expect(source, wrapped.contentAt, TAG.sequence);
  const version = await elementAt(source, signed.contentAt);
  const digests = await expect(source, await behind(source, version), TAG.set);
  const inner = await expect(source, await behind(source, digests), TAG.sequence);
  const innerType = await expect(source, inner.contentAt, TAG.oid);
  const at = await behind(source, innerType);
  const isOver = inner.length !== null && at >= inner.contentAt + inner.length;
  const content = isOver ? null : await elementAt(source, at);
  if (content?.tag !== TAG.context0) return { kind: 'detached', content: nothing };
  const octets = await elementAt(source, content.contentAt);
  return { kind, content: (signal) => octetsOf(source, octets, signal) };
}

const KINDS = new Map<string, CmsKind>([
  ['2a864886f70d010702', 'signed'],
  ['2a864886f70d010703', 'encrypted'], // envelopedData
  ['2a864886f70d010706', 'encrypted'], // encryptedData
  ['2a864886f70d0109100117', 'encrypted'], // authEnvelopedData
]);

async function oidOf(source: ByteSource, element: Element): Promise<string> {
  const length = element.length ?? 0;
  if (length > 32) throw unreadable();
  return (await source.bytes(element.contentAt, length)).toString('hex');
}

/** An octet string, in one piece or in many, nested or not (X.690 §8.7.3). */
async function* octetsOf(
  source: ByteSource,
  octets: Element,
  signal: AbortSignal,
): AsyncGenerator<Buffer> {
  /** Where the open elements end; null where an end mark does. */
  const ends: (number | null)[] = [];
  let at = octets.contentAt;
  if (!isConstructed(octets)) {
    yield* pieces(source, octets, signal);
    return;
  }
  ends.push(octets.length === null ? null : at + octets.length);
  while (ends.length > 0) {
    throwIfAborted(signal);
    const end = ends.at(-1) ?? null;
    if (end !== null && at >= end) {
      ends.pop();
      continue;
    }
    const element = await elementAt(source, at);
    at = element.contentAt;
    if (element.tag === TAG.endMark && end === null) {
      ends.pop();
    } else if (isConstructed(element)) {
      ends.push(element.length === null ? null : at + element.length);
      if (ends.length > MAX_DEPTH) throw unreadable();
    } else if (element.tag === TAG.octets && element.length !== null) {
      yield* pieces(source, element, signal);
      at += element.length;
    } else {
      throw unreadable();
    }
  }
}

async function* pieces(
  source: ByteSource,
  { contentAt, length }: Element,
  signal: AbortSignal,
): AsyncGenerator<Buffer> {
  const end = contentAt + (length ?? 0);
  for (let at = contentAt; at < end;) {
    throwIfAborted(signal);
    const piece = await source.bytes(at, Math.min(PIECE_BYTES, end - at));
    if (piece.length === 0) throw unreadable();
    yield Buffer.from(piece);
    at += piece.length;
  }
}

// eslint-disable-next-line @typescript-eslint/require-await -- the kinds without content have an empty one
async function* nothing(): AsyncGenerator<Buffer> {
  yield* [];
}
