// Takes character references out of base64 text: serialisers of Java write line ends as `&#13;`, and the digits of
// such a reference would otherwise be read as data.
import type { PayloadSink } from './xml-visitor.ts';

const AMPERSAND = 0x26;
const SEMICOLON = 0x3b;

export function withoutReferences(sink: PayloadSink): PayloadSink {
  let isInside = false;
  return {
    write(bytes) {
      if (!isInside && !bytes.includes(AMPERSAND)) return sink.write(bytes);
      const kept = Buffer.allocUnsafe(bytes.length);
      let length = 0;
      for (const byte of bytes) {
        if (isInside) isInside = byte !== SEMICOLON;
        else if (byte === AMPERSAND) isInside = true;
        else kept[length++] = byte;
      }
      return length === 0 ? undefined : sink.write(kept.subarray(0, length));
    },
    end: () => sink.end(),
  };
}
