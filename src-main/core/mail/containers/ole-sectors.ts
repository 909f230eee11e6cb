// Sectors of a compound file, their chains, and a chain read as one stream.
import type { ByteSource } from './byte-source.ts';

/** Sector numbers from here on are marks, not sectors (MS-CFB §2.1). */
const LAST_SECTOR = 0xffff_fffa;
const END_OF_CHAIN = 0xffff_fffe;
const READ_BYTES = 65_536;

/** The chain from `start` on; it ends at the first mark, the first sector outside, or the first one seen before. */
export function followChain(table: Uint32Array, start: number): Uint32Array {
  const chain: number[] = [];
  // No chain is longer than the table, whatever loops it has.
  for (let at = start; at < table.length && chain.length < table.length;) {
    chain.push(at);
    at = table[at] ?? END_OF_CHAIN;
  }
  return Uint32Array.from(chain);
}

export type Sectors = {
  readonly count: number;
  readonly exists: (sector: number) => boolean;
  readonly sector: (sector: number) => Promise<Buffer>;
  /** Numbers in the given sectors, one after the other. */
  readonly table: (sectors: Iterable<number>) => Promise<Uint32Array>;
  /** `sizeBytes`: as stated; never more than the chain holds. */
  readonly stream: (chain: Uint32Array, sizeBytes: number) => ByteSource;
};

/** `headSectors`: sectors before number 0: the header's. */
export function sectorStream(source: ByteSource, sectorBytes: number, headSectors = 1): Sectors {
  const offsetOf = (sector: number) => (sector + headSectors) * sectorBytes;
  const count = Math.max(0, Math.ceil(source.sizeBytes / sectorBytes) - headSectors);
  const exists = (sector: number) => sector < count && sector < LAST_SECTOR;
  const sector = (at: number) => source.bytes(offsetOf(at), sectorBytes);
  return {
    count,
    exists,
    sector,
    async table(sectors) {
      const parts: Buffer[] = [];
      for (const at of sectors) {
        const part = await sector(at);
        // Every sector counts in full, or all numbers behind it would shift.
        parts.push(Buffer.concat([part], sectorBytes));
      }
      const bytes = Buffer.concat(parts);
      return Uint32Array.from({ length: bytes.length >> 2 }, (_, n) => bytes.readUInt32LE(n * 4));
    },
    stream(chain, stated) {
      const sizeBytes = Math.min(stated, chain.length * sectorBytes);
      return {
        sizeBytes,
        async bytes(at, length) {
          const end = Math.min(sizeBytes, at + Math.min(length, READ_BYTES));
          if (at >= end) return Buffer.alloc(0);
          const parts: Buffer[] = [];
          for (let from = at; from < end;) {
            const run = runFrom(
              chain,
              Math.floor(from / sectorBytes),
              Math.ceil(end / sectorBytes),
            );
            const inSector = from % sectorBytes;
            const wanted = Math.min(end - from, run.count * sectorBytes - inSector);
            const part = await source.bytes(offsetOf(run.first) + inSector, wanted);
            if (part.length === 0) break;
            parts.push(Buffer.from(part));
            from += part.length;
          }
          return parts.length === 1 && parts[0] ? parts[0] : Buffer.concat(parts);
        },
      };
    },
  };
}

/** Sectors that lie one behind the other are read in one go. */
function runFrom(chain: Uint32Array, index: number, limit: number) {
  const first = chain[index] ?? 0;
  let count = 1;
  while (index + count < limit && chain[index + count] === first + count) count++;
  return { first, count };
}
