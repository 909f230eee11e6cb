// Content-Transfer-Encoding undone on the fly (RFC 2045 §6), in bounded memory whatever the size.
import type { PartSink } from '../sources/source.ts';
import { Base64Decoder } from './base64-decoder.ts';
import { BlockWriter } from './block-writer.ts';
import { QuotedPrintableDecoder } from './quoted-printable-decoder.ts';
import { UuDecoder } from './uu-decoder.ts';

/** The chunk is only borrowed: it may be overwritten after the call. A promise returned must be waited for. */
export interface Decoder {
  write(chunk: Buffer): Promise<void> | undefined;
  /** Ends the sink too. */
  end(): Promise<void> | undefined;
}

/** `encoding` as the sender wrote it; an unknown one is delivered as it stands (RFC 2045 §6.4). */
export function decodeTo(sink: PartSink, encoding: string, expectedBytes: number | null): Decoder {
  const out = new BlockWriter(sink, expectedBytes);
  switch (normalEncoding(encoding)) {
    case 'base64':
      return new Base64Decoder(out);
    case 'quoted-printable':
      return new QuotedPrintableDecoder(out);
    case 'x-uuencode':
    case 'x-uue':
    case 'uuencode':
      return new UuDecoder(out);
    default:
      return {
        write(chunk) {
          out.append(chunk);
          return out.takeWait();
        },
        end: () => out.end(),
      };
  }
}

/** Decoded size in bytes, from the encoded one; exact for identity, an upper estimate otherwise. */
export function decodedSize(encoding: string, encodedBytes: number): number {
  // 76 characters and CRLF per line is what nearly everybody writes.
  if (normalEncoding(encoding) === 'base64') return Math.ceil((encodedBytes * 57) / 78);
  return encodedBytes;
}

/** `Base64 ; x` and ` BASE64` are seen in the wild. */
export function normalEncoding(encoding: string): string {
  return encoding.split(';', 1)[0]?.trim().toLowerCase() ?? '';
}
