// What tests need of containers: sources over buffers, and all bytes of a content.
import { blocksOf, bufferSource, type ByteSource } from '#core/mail/containers/byte-source';
import type { Contained, OpenedContainer } from '#core/mail/containers/contained';

export const signal: AbortSignal = new AbortController().signal;

export async function joined(blocks: AsyncIterable<Buffer>): Promise<Buffer> {
  const all: Buffer[] = [];
  for await (const block of blocks) all.push(block);
  return Buffer.concat(all);
}

export const readAll = (source: ByteSource) => joined(blocksOf(source, signal));

/** Name and text of each file; of a message its name and what is in it. */
export async function told(opened: OpenedContainer): Promise<unknown[]> {
  return Promise.all(
    opened.entries.map(async (entry: Contained) =>
      entry.kind === 'file'
        ? [entry.name, (await readAll(entry.content)).toString('latin1')]
        : [entry.name, await told(await entry.open())],
    ),
  );
}

/** A source that tells how much was asked of it at once, and in all. */
export function watchedSource(bytes: Buffer) {
  const seen = { largest: 0, total: 0 };
  const inner = bufferSource(bytes);
  const source: ByteSource = {
    sizeBytes: inner.sizeBytes,
    bytes(at, length) {
      seen.largest = Math.max(seen.largest, length);
      seen.total += Math.max(0, Math.min(length, bytes.length - at));
      return inner.bytes(at, length);
    },
  };
  return { source, seen };
}
