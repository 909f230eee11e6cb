// A sink that counts, and may be nobody's.
import type { PartSink } from '../../sources/source.ts';

export type CountedSink = PartSink & { readonly bytes: () => number };

export function countedSink(sink: PartSink | null, seen?: (chunk: Buffer) => void): CountedSink {
  let bytes = 0;
  return {
    bytes: () => bytes,
    write(chunk) {
      bytes += chunk.length;
      seen?.(chunk);
      // A short rest must not keep its whole block alive.
      const isShort = chunk.length * 2 < chunk.buffer.byteLength;
      return sink?.write(isShort ? Buffer.from(chunk) : chunk);
    },
    end() {
      sink?.end();
    },
  };
}
