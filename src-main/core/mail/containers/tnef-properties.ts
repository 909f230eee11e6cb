// The list of MAPI properties inside a TNEF attribute (MS-OXTNEF §2.1.3.4). Values are told by place and length, and
// read only when they are short: a property may be the attachment itself.
import type { ByteSource } from './byte-source.ts';
import { MAPI_TYPE } from './mapi-values.ts';

export type TnefProperty = {
  readonly id: number;
  readonly type: number;
  /** Place of the first value in `source`. */
  readonly at: number;
  readonly length: number;
};

/** A list longer than this is no mail's. */
const MAX_PROPERTIES = 10_000;
const VARIABLE = new Set<number>([
  MAPI_TYPE.object,
  MAPI_TYPE.string8,
  MAPI_TYPE.unicode,
  MAPI_TYPE.binary,
]);

/** Ends early, without complaint, where the list goes beyond `source`. */
export async function* readProperties(source: ByteSource): AsyncGenerator<TnefProperty> {
  const count = Math.min(await u32(source, 0), MAX_PROPERTIES);
  let at = 4;
  for (let n = 0; n < count && at + 8 <= source.sizeBytes; n++) {
    const head = await source.bytes(at, 4);
    const type = head.readUInt16LE(0);
    const id = head.readUInt16LE(2);
    at += 4;
    if (id >= 0x8000) at = await behindName(source, at);
    const base = type & ~MAPI_TYPE.several;
    const isSeveral = type !== base;
    const isVariable = VARIABLE.has(base);
    const values = isSeveral || isVariable ? await u32(source, at) : 1;
    if (isSeveral || isVariable) at += 4;
    let first: { at: number; length: number } | null = null;
    for (let value = 0; value < values && at < source.sizeBytes; value++) {
      const length = isVariable ? await u32(source, at) : fixedLength(base);
      if (isVariable) at += 4;
      first ??= { at, length };
      at += padded(length);
    }
    if (first && first.at + first.length <= source.sizeBytes) yield { id, type: base, ...first };
  }
}

/** Properties from 0x8000 on carry their name. */
async function behindName(source: ByteSource, at: number): Promise<number> {
  const kind = await u32(source, at + 16);
  if (kind === 0) return at + 24;
  return at + 24 + padded(await u32(source, at + 20));
}

/** 0 behind the end, so that nothing follows. */
export async function u32(source: ByteSource, at: number): Promise<number> {
  const bytes = await source.bytes(at, 4);
  return bytes.length < 4 ? 0 : bytes.readUInt32LE(0);
}

function fixedLength(type: number): number {
  if (type === MAPI_TYPE.short || type === MAPI_TYPE.boolean) return 2;
  if (type === MAPI_TYPE.guid) return 16;
  return EIGHT_BYTES.has(type) ? 8 : 4;
}

/** Double, currency, date, 64-bit number, time. */
const EIGHT_BYTES = new Set<number>([0x0005, 0x0006, 0x0007, 0x0014, MAPI_TYPE.time]);

const padded = (length: number) => Math.ceil(length / 4) * 4;
