// Small PDF files of an exact size: one blank page, a correct cross-reference table, `%%EOF` at the end.
import { seededBytes } from './seeded-bytes.ts';

/** Throws below some 600 bytes. Another seed gives another content of the same size. */
export function makePdf(sizeBytes = 2_000, seed: string | number = 1): Buffer {
  const smallest = build(Buffer.alloc(0)).length;
  if (sizeBytes < smallest) throw new Error(`a PDF has at least ${smallest} bytes`);
  return build(padding(sizeBytes - smallest, seed));
}

// Letters only: a reader that searches for `endstream` must not find it by chance.
const padding = (length: number, seed: string | number) =>
  Buffer.from(seededBytes(length, seed).map((byte) => 97 + (byte % 26)));

function build(stream: Buffer): Buffer {
  const objects = [
    '<< /Type /Catalog /Pages 2 0 R >>',
    '<< /Type /Pages /Kids [3 0 R] /Count 1 >>',
    '<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Metadata 4 0 R >>',
    // Numbers have a fixed width, so that the size of the file depends on the padding alone.
    `<< /Length ${wide(stream.length)} >>\nstream\n${stream.toString('latin1')}\nendstream`,
  ];
  let body = '%PDF-1.4\n%\xe2\xe3\xcf\xd3\n';
  const offsets = objects.map((object, i) => {
    const offset = body.length;
    body += `${i + 1} 0 obj\n${object}\nendobj\n`;
    return offset;
  });
  const table = offsets.map((offset) => `${wide(offset)} 00000 n \n`).join('');
  const trailer = `trailer\n<< /Size 5 /Root 1 0 R >>\nstartxref\n${wide(body.length)}\n%%EOF\n`;
  return Buffer.from(`${body}xref\n0 5\n0000000000 65535 f \n${table}${trailer}`, 'latin1');
}

const wide = (n: number) => String(n).padStart(10, '0');
