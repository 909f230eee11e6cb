// Small files of the formats whose end is checked, built byte by byte.
import { crc32 } from 'node:zlib';

type ZipOptions = { readonly comment?: string; readonly zip64?: boolean };

/** A ZIP of stored entries. */
export function makeZip(files: Record<string, Buffer | string>, options: ZipOptions = {}): Buffer {
  const parts: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const [name, content] of Object.entries(files)) {
    const data = Buffer.from(content);
    const fields = Buffer.alloc(26);
    fields.writeUInt16LE(20, 0);
    fields.writeUInt32LE(crc32(data), 10);
    fields.writeUInt32LE(data.length, 14);
    fields.writeUInt32LE(data.length, 18);
    fields.writeUInt16LE(name.length, 22);
    const local = Buffer.concat([Buffer.from('PK\x03\x04'), fields, Buffer.from(name), data]);
    const where = Buffer.alloc(14);
    where.writeUInt32LE(offset, 10);
    directory.push(
      Buffer.concat([Buffer.from('PK\x01\x02\x14\x00'), fields, where, Buffer.from(name)]),
    );
    parts.push(local);
    offset += local.length;
  }
  const entries = directory.length;
  const bytes = Buffer.concat(directory).length;
  const tail: Buffer[] = [];
  if (options.zip64 === true) {
    const end64 = Buffer.alloc(56);
    end64.write('PK\x06\x06', 0, 'latin1');
    end64.writeBigUInt64LE(44n, 4);
    end64.writeBigUInt64LE(BigInt(entries), 24);
    end64.writeBigUInt64LE(BigInt(entries), 32);
    end64.writeBigUInt64LE(BigInt(bytes), 40);
    end64.writeBigUInt64LE(BigInt(offset), 48);
    const locator = Buffer.alloc(20);
    locator.write('PK\x06\x07', 0, 'latin1');
    locator.writeBigUInt64LE(BigInt(offset + bytes), 8);
    locator.writeUInt32LE(1, 16);
    tail.push(end64, locator);
  }
  const comment = Buffer.from(options.comment ?? '');
  const end = Buffer.alloc(22);
  end.write('PK\x05\x06', 0, 'latin1');
  const of = (n: number, most: number) => (options.zip64 === true ? most : n);
  end.writeUInt16LE(of(entries, 0xffff), 8);
  end.writeUInt16LE(of(entries, 0xffff), 10);
  end.writeUInt32LE(of(bytes, 0xffff_ffff), 12);
  end.writeUInt32LE(of(offset, 0xffff_ffff), 16);
  end.writeUInt16LE(comment.length, 20);
  return Buffer.concat([...parts, ...directory, ...tail, end, comment]);
}

type TiffOptions = {
  readonly big?: boolean;
  readonly order?: 'II' | 'MM';
  readonly pages?: number;
  /** The directory of a page before its data, as some scanners write. */
  readonly directoryFirst?: boolean;
};

const STRIP = 64;

/** Pages of two strips each; the strips' offsets and lengths lie beside the directory, or in it where they fit. */
export function makeTiff(options: TiffOptions = {}): Buffer {
  const { big = false, order = 'II', pages = 2, directoryFirst = false } = options;
  const number = (value: number, bytes: 2 | 4 | 8) => {
    const field = Buffer.alloc(bytes);
    if (bytes === 8) field[order === 'II' ? 'writeBigUInt64LE' : 'writeBigUInt64BE'](BigInt(value));
    else field[order === 'II' ? 'writeUIntLE' : 'writeUIntBE'](value, 0, bytes);
    return field;
  };
  const wide = big ? 8 : 4;
  const entry = (tag: number, values: number, value: number) =>
    Buffer.concat([number(tag, 2), number(4, 2), number(values, wide), number(value, wide)]);
  const directoryBytes = (big ? 8 : 2) + 2 * (big ? 20 : 12) + wide;
  const listsBytes = big ? 0 : 16;
  const dataBytes = 2 * STRIP;
  const pageBytes = directoryBytes + listsBytes + dataBytes;
  const headBytes = big ? 16 : 8;
  const directoryAt = (page: number) =>
    headBytes + page * pageBytes + (directoryFirst ? 0 : dataBytes);
  const head = Buffer.concat([
    Buffer.from(order),
    ...(big ? [number(43, 2), number(8, 2), number(0, 2)] : [number(42, 2)]),
    number(directoryAt(0), wide),
  ]);
  const chunks = [head];
  for (let page = 0; page < pages; page += 1) {
    const at = directoryAt(page);
    const listsAt = at + directoryBytes;
    const dataAt = directoryFirst ? listsAt + listsBytes : at - dataBytes;
    const directory = Buffer.concat([
      number(2, big ? 8 : 2),
      entry(273, 2, big ? 0 : listsAt),
      entry(279, 2, big ? 0 : listsAt + 8),
      number(page + 1 < pages ? directoryAt(page + 1) : 0, wide),
    ]);
    const lists = [
      number(dataAt, 4),
      number(dataAt + STRIP, 4),
      number(STRIP, 4),
      number(STRIP, 4),
    ];
    if (big) {
      // Two LONGs fit into the entry itself.
      lists.slice(0, 2).forEach((value, i) => value.copy(directory, 8 + 12 + i * 4));
      lists.slice(2).forEach((value, i) => value.copy(directory, 8 + 20 + 12 + i * 4));
    }
    const data = Buffer.alloc(dataBytes, 0x5a);
    const own = big ? [directory] : [directory, ...lists];
    chunks.push(...(directoryFirst ? [...own, data] : [data, ...own]));
  }
  return Buffer.concat(chunks);
}

/** Begins and ends like a photograph; with a preview inside that has an end of its own. */
export function makeJpeg(sizeBytes = 4000): Buffer {
  const head = Buffer.from('\xff\xd8\xff\xe1Exif\xff\xd8preview\xff\xd9', 'latin1');
  const data = Buffer.alloc(sizeBytes - head.length - 2, 0x37);
  return Buffer.concat([head, data, Buffer.from([0xff, 0xd9])]);
}
