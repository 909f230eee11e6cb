// Small valid files of the kinds that come with mail beside PDF, and a way to break any of them.
import { crc32, deflateSync } from 'node:zlib';
import { seededBytes } from './seeded-bytes.ts';

/** Cut in the middle: `share` (0 to 1) of the file, as an interrupted copy leaves it. */
export function truncated(file: Buffer, share = 0.6): Buffer {
  return file.subarray(0, Math.floor(file.length * share));
}

/** A well-formed UTF-8 document of about `sizeBytes`, with a declaration and accents. */
export function makeXml(sizeBytes = 500, seed: string | number = 1): Buffer {
  const head = '<?xml version="1.0" encoding="UTF-8"?>\n<factures ville="Orléans">\n';
  const line = (i: number) =>
    `  <facture numero="${i}" empreinte="${seededBytes(8, `${seed}/${i}`).toString('hex')}"/>\n`;
  const count = Math.max(1, Math.round((sizeBytes - head.length) / line(1).length));
  return Buffer.from(
    `${head}${Array.from({ length: count }, (_, i) => line(i)).join('')}</factures>\n`,
  );
}

/** A black and white page of 64 × 64 points, little-endian, uncompressed. */
export function makeTiff(seed: string | number = 1): Buffer {
  const side = 64;
  const strip = seededBytes((side / 8) * side, seed);
  const SHORT = 3;
  const LONG = 4;
  const tags: [tag: number, type: number, value: number][] = [
    [256, LONG, side], // ImageWidth
    [257, LONG, side], // ImageLength
    [258, SHORT, 1], // BitsPerSample
    [259, SHORT, 1], // Compression: none
    [262, SHORT, 0], // PhotometricInterpretation: white is zero
    [273, LONG, 8], // StripOffsets
    [277, SHORT, 1], // SamplesPerPixel
    [278, LONG, side], // RowsPerStrip
    [279, LONG, strip.length], // StripByteCounts
  ];
  const header = Buffer.from('II*\0\0\0\0\0', 'latin1');
  header.writeUInt32LE(8 + strip.length, 4);
  const directory = Buffer.alloc(2 + tags.length * 12 + 4);
  directory.writeUInt16LE(tags.length);
  tags.forEach(([tag, type, value], i) => {
    directory.writeUInt16LE(tag, 2 + i * 12);
    directory.writeUInt16LE(type, 4 + i * 12);
    directory.writeUInt32LE(1, 6 + i * 12);
    directory.writeUInt32LE(value, 10 + i * 12);
  });
  return Buffer.concat([header, strip, directory]);
}

/** A single grey point. */
export function makePng(): Buffer {
  const chunk = (type: string, data: Buffer) => {
    const typed = Buffer.concat([Buffer.from(type), data]);
    return Buffer.concat([uint32be(data.length), typed, uint32be(crc32(typed))]);
  };
  return Buffer.concat([
    Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'),
    chunk('IHDR', Buffer.from([0, 0, 0, 1, 0, 0, 0, 1, 8, 0, 0, 0, 0])),
    chunk('IDAT', deflateSync(Buffer.from([0, 128]))),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

/** A ZIP of uncompressed entries, names in UTF-8, in the order given. Names are taken as they are, `../` too. */
export function makeZip(entries: Readonly<Record<string, Buffer | string>>): Buffer {
  const bodies: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const [name, content] of Object.entries(entries)) {
    const data = Buffer.from(content);
    const nameBytes = Buffer.from(name);
    // From "version needed" to "extra length": the same bytes in both headers (APPNOTE §4.3.7, §4.3.12).
    const shared = Buffer.alloc(26);
    shared.writeUInt16LE(20, 0);
    shared.writeUInt16LE(0x0800, 2); // names are UTF-8
    shared.writeUInt16LE(0x5c25, 8); // 2026-01-05
    shared.writeUInt32LE(crc32(data), 10);
    shared.writeUInt32LE(data.length, 14);
    shared.writeUInt32LE(data.length, 18);
    shared.writeUInt16LE(nameBytes.length, 22);
    const body = Buffer.concat([Buffer.from('PK\x03\x04', 'latin1'), shared, nameBytes, data]);
    const tail = Buffer.alloc(14); // comment length, disk, attributes, then the offset
    tail.writeUInt32LE(offset, 10);
    const made = Buffer.from([20, 0]);
    directory.push(Buffer.from('PK\x01\x02', 'latin1'), made, shared, tail, nameBytes);
    bodies.push(body);
    offset += body.length;
  }
  const listing = Buffer.concat(directory);
  const end = Buffer.alloc(22);
  end.write('PK\x05\x06', 0, 'latin1');
  end.writeUInt16LE(bodies.length, 8);
  end.writeUInt16LE(bodies.length, 10);
  end.writeUInt32LE(listing.length, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...bodies, listing, end]);
}

function uint32be(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}
