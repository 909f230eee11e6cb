// Zip files as any producer might make them: stored, deflated or streamed (sizes only in the data descriptor and the
// central directory), with links, lies, bad names and whatever else a test wants.
import { crc32, deflateRawSync } from 'node:zlib';

export type ZipEntry = {
  readonly name: string;
  readonly bytes: Buffer | string;
  readonly packing?: 'stored' | 'deflated' | 'streamed';
  /** st_mode; 0o120777 is a symbolic link. */
  readonly unixMode?: number;
  /** Names in UTF-8 (flag 11) unless false: then as these bytes. */
  readonly rawName?: Buffer;
  /** Written instead of the true one. */
  readonly crc?: number;
  readonly isEncrypted?: boolean;
  /** Uncompressed size as told; a lie when given. */
  readonly toldBytes?: number;
};

export function makeZip(entries: readonly ZipEntry[], comment = ''): Buffer {
  const parts: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const entry of entries) {
    const local = localEntry(entry);
    directory.push(centralEntry(entry, local, offset));
    parts.push(local.bytes);
    offset += local.bytes.length;
  }
  const central = Buffer.concat(directory);
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(entries.length, 8);
  end.writeUInt16LE(entries.length, 10);
  end.writeUInt32LE(central.length, 12);
  end.writeUInt32LE(offset, 16);
  end.writeUInt16LE(comment.length, 20);
  return Buffer.concat([...parts, central, end, Buffer.from(comment)]);
}

type Local = { bytes: Buffer; crc: number; packed: number; size: number; flags: number };

function localEntry(entry: ZipEntry): Local {
  const content = Buffer.from(entry.bytes);
  const packing = entry.packing ?? 'deflated';
  const data = packing === 'stored' ? content : deflateRawSync(content);
  const crc = entry.crc ?? crc32(content);
  const size = entry.toldBytes ?? content.length;
  const isStreamed = packing === 'streamed';
  const flags =
    (isStreamed ? 8 : 0) | (entry.isEncrypted ? 1 : 0) | (entry.rawName === undefined ? 0x800 : 0);
  const name = nameBytes(entry);
  const head = Buffer.alloc(30);
  head.writeUInt32LE(0x04034b50, 0);
  head.writeUInt16LE(20, 4);
  head.writeUInt16LE(flags, 6);
  head.writeUInt16LE(packing === 'stored' ? 0 : 8, 8);
  head.writeUInt32LE(0x58210000, 10);
  head.writeUInt32LE(isStreamed ? 0 : crc, 14);
  head.writeUInt32LE(isStreamed ? 0 : data.length, 18);
  head.writeUInt32LE(isStreamed ? 0 : size, 22);
  head.writeUInt16LE(name.length, 26);
  const descriptor = Buffer.alloc(isStreamed ? 16 : 0);
  if (isStreamed) {
    descriptor.writeUInt32LE(0x08074b50, 0);
    descriptor.writeUInt32LE(crc, 4);
    descriptor.writeUInt32LE(data.length, 8);
    descriptor.writeUInt32LE(size, 12);
  }
  const bytes = Buffer.concat([head, name, data, descriptor]);
  return { bytes, crc, packed: data.length, size, flags };
}

function centralEntry(entry: ZipEntry, local: Local, offset: number): Buffer {
  const name = nameBytes(entry);
  const head = Buffer.alloc(46);
  head.writeUInt32LE(0x02014b50, 0);
  head.writeUInt16LE(0x0314, 4);
  head.writeUInt16LE(20, 6);
  head.writeUInt16LE(local.flags, 8);
  head.writeUInt16LE(entry.packing === 'stored' ? 0 : 8, 10);
  head.writeUInt32LE(0x58210000, 12);
  head.writeUInt32LE(local.crc, 16);
  head.writeUInt32LE(local.packed, 20);
  head.writeUInt32LE(local.size, 24);
  head.writeUInt16LE(name.length, 28);
  head.writeUInt32LE(((entry.unixMode ?? 0o100644) << 16) >>> 0, 38);
  head.writeUInt32LE(offset, 42);
  return Buffer.concat([head, name]);
}

const nameBytes = (entry: ZipEntry): Buffer => entry.rawName ?? Buffer.from(entry.name);
