// Formats that close with a marker of their own: PDF and JPEG.
import type { EndCheck } from './folder-access.ts';

/** Acrobat looks for `%%EOF` in the last 1,024 bytes (ISO 32000-1, implementation note 18); writers rely on it. */
const TAIL_BYTES = 1024;

export function* pdfEnds(sizeBytes: number): EndCheck<boolean> {
  const tail = yield* readTail(sizeBytes);
  return tail.includes('%%EOF');
}

/**
 * End Of Image. In the image data a 0xFF is always followed by a zero or a restart marker, so the marker cannot show
 * up by chance; some cameras add a few bytes after it. (A preview inside ends with one too, far from the end.)
 */
export function* jpegEnds(sizeBytes: number): EndCheck<boolean> {
  const tail = yield* readTail(sizeBytes);
  return tail.includes(Buffer.from([0xff, 0xd9]));
}

function* readTail(sizeBytes: number): EndCheck<Buffer> {
  const length = Math.min(TAIL_BYTES, sizeBytes);
  const tail = yield { offset: sizeBytes - length, length };
  // Fewer bytes than asked: the file was cut meanwhile.
  return tail.length === length ? tail : Buffer.alloc(0);
}
