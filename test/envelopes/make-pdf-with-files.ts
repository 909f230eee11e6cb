// PDF files with embedded files, in the shapes producers use: plain, compressed, with object streams and a
// cross-reference stream, updated incrementally, encrypted, or with a table that is wrong.
import { deflateSync } from 'node:zlib';

export type EmbeddedPart = {
  readonly name: string;
  readonly bytes: Buffer;
  readonly mediaType?: string;
};

export type PdfShape =
  | 'plain'
  | 'compressed'
  | 'hex'
  | 'object streams'
  | 'predicted table'
  | 'name tree'
  | 'associated only'
  | 'utf-16 names'
  | 'incremental'
  | 'shifted'
  | 'no table'
  | 'encrypted';

export const PDF_SHAPES: readonly PdfShape[] = [
  'plain',
  'compressed',
  'hex',
  'object streams',
  'predicted table',
  'name tree',
  'associated only',
  'utf-16 names',
  'incremental',
  'shifted',
  'no table',
];

type Part = { number: number; dict: string; stream?: Buffer };

export function makePdfWithFiles(
  files: readonly EmbeddedPart[],
  shape: PdfShape = 'plain',
): Buffer {
  const parts = objects(files, shape);
  const isPacked = shape === 'object streams' || shape === 'predicted table';
  if (isPacked) return withTableStream(parts, shape === 'predicted table');
  const pdf = withTable(parts, shape === 'encrypted' ? ' /Encrypt 99 0 R' : '');
  if (shape === 'shifted') return Buffer.concat([Buffer.from('junk of a mail gateway\n'), pdf]);
  if (shape === 'no table') return pdf.subarray(0, pdf.indexOf('xref\n'));
  if (shape === 'incremental') return updated(pdf, parts);
  return pdf;
}

function objects(files: readonly EmbeddedPart[], shape: PdfShape): Part[] {
  const parts: Part[] = [];
  const leaves: string[] = [];
  const specs: string[] = [];
  let number = 10;
  for (const { name, bytes, mediaType = 'application/octet-stream' } of files) {
    const stream = number++;
    const spec = number++;
    const text = nameText(name, shape);
    parts.push(streamPart(stream, bytes, { mediaType, shape }));
    const dict = `<< /Type /Filespec /F ${text} /UF ${text} /EF << /F ${stream} 0 R /UF ${stream} 0 R >> >>`;
    parts.push({ number: spec, dict });
    leaves.push(`${text} ${spec} 0 R`);
    specs.push(`${spec} 0 R`);
  }
  const tree =
    shape === 'name tree' ? `<< /Kids [5 0 R] >>` : `<< /Names [ ${leaves.join(' ')} ] >>`;
  const names = shape === 'associated only' ? '' : `/Names << /EmbeddedFiles ${tree} >>`;
  const catalog = `<< /Type /Catalog /Pages 2 0 R /AF [${specs.join(' ')}] ${names} >>`;
  return [
    { number: 1, dict: catalog },
    { number: 2, dict: '<< /Type /Pages /Kids [3 0 R] /Count 1 >>' },
    { number: 3, dict: '<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] >>' },
    // A branch that names itself: a reader must not follow it for ever.
    { number: 5, dict: `<< /Kids [5 0 R 6 0 R] >>` },
    { number: 6, dict: `<< /Names [ ${leaves.join(' ')} ] >>` },
    ...parts,
  ];
}

function nameText(name: string, shape: PdfShape): string {
  if (shape === 'utf-16 names') {
    return `<FEFF${Buffer.from(name, 'utf16le').swap16().toString('hex')}>`;
  }
  // Octal escapes, as the French reference library writes them.
  return `(${name.replace(/[-._]/gu, (char) => `\\${char.charCodeAt(0).toString(8).padStart(3, '0')}`)})`;
}

function streamPart(
  number: number,
  bytes: Buffer,
  { mediaType, shape }: { mediaType: string; shape: PdfShape },
): Part {
  const isPlain = shape === 'plain' || shape === 'incremental';
  const filter =
    shape === 'hex'
      ? '/Filter [/ASCIIHexDecode /FlateDecode]'
      : isPlain
        ? ''
        : '/Filter /FlateDecode';
  const packed = isPlain ? bytes : deflateSync(bytes);
  const stream = shape === 'hex' ? Buffer.from(`${packed.toString('hex')}>`) : packed;
  const subtype = mediaType.replaceAll('/', '#2f');
  const dict = `<< /Type /EmbeddedFile /Subtype /${subtype} ${filter} /Length ${stream.length} >>`;
  return { number, dict, stream };
}

const HEADER = '%PDF-1.7\n%\xe2\xe3\xcf\xd3\n';

function body(
  parts: readonly Part[],
  from: number,
): { bytes: Buffer; offsets: Map<number, number> } {
  const chunks: Buffer[] = [];
  const offsets = new Map<number, number>();
  let offset = from;
  for (const { number, dict, stream } of parts) {
    offsets.set(number, offset);
    const head = Buffer.from(`${number} 0 obj\n${dict}\n`);
    const rest = stream ? [Buffer.from('stream\n'), stream, Buffer.from('\nendstream\n')] : [];
    const bytes = Buffer.concat([head, ...rest, Buffer.from('endobj\n')]);
    chunks.push(bytes);
    offset += bytes.length;
  }
  return { bytes: Buffer.concat(chunks), offsets };
}

function withTable(parts: readonly Part[], extra: string): Buffer {
  const header = Buffer.from(HEADER, 'latin1');
  const { bytes, offsets } = body(parts, header.length);
  const start = header.length + bytes.length;
  return Buffer.concat([header, bytes, tableOf(offsets, `/Root 1 0 R${extra}`, start)]);
}

function tableOf(offsets: Map<number, number>, trailer: string, start: number): Buffer {
  const size = Math.max(...offsets.keys()) + 1;
  const lines = [...offsets]
    .map(([number, offset]) => `${number} 1\n${String(offset).padStart(10, '0')} 00000 n \n`)
    .join('');
  return Buffer.from(
    `xref\n0 1\n0000000000 65535 f \n${lines}trailer\n<< /Size ${size} ${trailer} >>\nstartxref\n${start}\n%%EOF\n`,
  );
}

/** The catalog is written again at the end, with a table that points back to the first. */
function updated(pdf: Buffer, parts: readonly Part[]): Buffer {
  const previous = Number(/startxref\n(\d+)/u.exec(pdf.toString('latin1'))![1]);
  const { bytes, offsets } = body([parts[0]!], pdf.length);
  const start = pdf.length + bytes.length;
  return Buffer.concat([pdf, bytes, tableOf(offsets, `/Root 1 0 R /Prev ${previous}`, start)]);
}

/** Everything but streams in one object stream; the table is a stream too. */
function withTableStream(parts: readonly Part[], isPredicted: boolean): Buffer {
  const header = Buffer.from(HEADER, 'latin1');
  const plain = parts.filter(({ stream }) => stream === undefined);
  const packed = objectStream(40, plain);
  const { bytes, offsets } = body([...parts.filter(({ stream }) => stream), packed], header.length);
  const start = header.length + bytes.length;
  const rows: number[][] = [];
  for (let number = 0; number <= 41; number++) {
    const index = plain.findIndex((part) => part.number === number);
    const offset = number === 41 ? start : offsets.get(number);
    if (index >= 0) rows.push([2, 0, 0, 40, index]);
    else if (offset === undefined) rows.push([0, 0, 0, 0, 0]);
    else rows.push([1, (offset >> 16) & 255, (offset >> 8) & 255, offset & 255, 0]);
  }
  const table = deflateSync(Buffer.from(isPredicted ? predicted(rows) : rows.flat()));
  const parms = isPredicted ? '/DecodeParms << /Predictor 12 /Columns 5 >>' : '';
  const dict = `<< /Type /XRef /Size 42 /W [1 3 1] /Root 1 0 R /Filter /FlateDecode ${parms} /Length ${table.length} >>`;
  const last = body([{ number: 41, dict, stream: table }], start).bytes;
  return Buffer.concat([header, bytes, last, Buffer.from(`startxref\n${start}\n%%EOF\n`)]);
}

function objectStream(number: number, parts: readonly Part[]): Part {
  let content = '';
  const pairs = parts.map((part) => {
    const pair = `${part.number} ${content.length}`;
    content += `${part.dict}\n`;
    return pair;
  });
  const head = `${pairs.join(' ')}\n`;
  const stream = deflateSync(Buffer.from(head + content));
  const dict = `<< /Type /ObjStm /N ${parts.length} /First ${head.length} /Filter /FlateDecode /Length ${stream.length} >>`;
  return { number, dict, stream };
}

/** PNG "up" filter. */
const predicted = (rows: readonly (readonly number[])[]): number[] =>
  rows.flatMap((row, index) => [
    2,
    ...row.map((value, column) => (value - (rows[index - 1]?.[column] ?? 0)) & 255),
  ]);
