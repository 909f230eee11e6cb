// Compound files of OLE (MS-CFB): a file system in a file, as `.msg` and old Office documents are. Every chain and tree
// is followed no further than the file is long, whatever its tables say.
import { RefusedError } from '../../errors.ts';
import { sliceOf, type ByteSource } from './byte-source.ts';
import { followChain, sectorStream } from './ole-sectors.ts';

export type OleEntry = {
  readonly name: string;
  readonly kind: 'storage' | 'stream';
  readonly sizeBytes: number;
  /** By upper-case name; empty for a stream. */
  readonly children: ReadonlyMap<string, OleEntry>;
  /** Empty for a storage. Its chain is followed when it is asked for. */
  readonly content: () => ByteSource;
};

const SIGNATURE = Buffer.from('d0cf11e0a1b11ae1', 'hex');
const HEADER_BYTES = 512;
const ENTRY_BYTES = 128;
const MINI_SECTOR_BYTES = 64;
/** Shorter streams lie in the mini stream (MS-CFB §2.2). */
const MINI_LIMIT = 4096;
const MAX_ENTRIES = 100_000;
const NO_STREAM = 0xffff_ffff;
const KIND = { storage: 1, stream: 2, root: 5 } as const;

export function isOle(head: Buffer): boolean {
  return head.subarray(0, 8).equals(SIGNATURE);
}

/** The root storage. Throws RefusedError `file.oleUnreadable`. */
export async function openOle(source: ByteSource): Promise<OleEntry> {
  const header = Buffer.from(await source.bytes(0, HEADER_BYTES));
  const shift = header.length < HEADER_BYTES ? 0 : header.readUInt16LE(30);
  if (!isOle(header) || (shift !== 9 && shift !== 12)) throw oleUnreadable();
  const sectors = sectorStream(source, 1 << shift);
  const fat = await sectors.table(await fatSectors(header, sectors));
  const raw = await directory(sectors.stream(followChain(fat, header.readUInt32LE(48)), Infinity));
  const root = raw[0];
  if (root?.kind !== KIND.root) throw oleUnreadable();
  const miniFat = await sectors.table(followChain(fat, header.readUInt32LE(60)));
  const miniStream = sectors.stream(followChain(fat, root.start), root.sizeBytes);
  const mini = sectorStream(miniStream, MINI_SECTOR_BYTES, 0);

  const contentOf = (entry: RawEntry): ByteSource =>
    entry.sizeBytes < MINI_LIMIT
      ? mini.stream(followChain(miniFat, entry.start), entry.sizeBytes)
      : sectors.stream(followChain(fat, entry.start), entry.sizeBytes);
  return tree(raw, contentOf);
}

export function oleUnreadable(): RefusedError {
  return new RefusedError('file.oleUnreadable');
}

/** The sectors of the allocation table: 109 in the header, the rest in a chain of their own (MS-CFB §2.5). */
async function fatSectors(
  header: Buffer,
  sectors: ReturnType<typeof sectorStream>,
): Promise<readonly number[]> {
  const list: number[] = [];
  for (let at = 76; at < HEADER_BYTES; at += 4) list.push(header.readUInt32LE(at));
  let next = header.readUInt32LE(68);
  for (let hops = 0; sectors.exists(next) && hops < sectors.count; hops++) {
    const sector = await sectors.sector(next);
    for (let at = 0; at + 8 <= sector.length; at += 4) list.push(sector.readUInt32LE(at));
    next = sector.readUInt32LE(sector.length - 4);
  }
  return [...new Set(list)].filter((sector) => sectors.exists(sector));
}

type RawEntry = {
  readonly name: string;
  readonly kind: number;
  readonly left: number;
  readonly right: number;
  readonly child: number;
  readonly start: number;
  readonly sizeBytes: number;
};

async function directory(stream: ByteSource): Promise<readonly RawEntry[]> {
  const entries: RawEntry[] = [];
  for (let at = 0; entries.length < MAX_ENTRIES; at += ENTRY_BYTES) {
    const bytes = await stream.bytes(at, ENTRY_BYTES);
    if (bytes.length < ENTRY_BYTES) break;
    const nameBytes = Math.max(0, Math.min(64, bytes.readUInt16LE(64)) - 2);
    entries.push({
      name: bytes.toString('utf16le', 0, nameBytes - (nameBytes % 2)),
      kind: bytes[66] ?? 0,
      left: bytes.readUInt32LE(68),
      right: bytes.readUInt32LE(72),
      child: bytes.readUInt32LE(76),
      start: bytes.readUInt32LE(116),
      // The upper half is only there with sectors of 4 KiB, where it is as good as always 0.
      sizeBytes: bytes.readUInt32LE(120),
    });
  }
  return entries;
}

/** Storages hold their children as a search tree; each entry is taken once, so that no loop is followed. */
function tree(raw: readonly RawEntry[], contentOf: (entry: RawEntry) => ByteSource): OleEntry {
  const taken = new Set<number>();
  const childrenOf = (top: number): Map<string, OleEntry> => {
    const found = new Map<string, OleEntry>();
    const open = [top];
    for (let at = open.pop(); at !== undefined; at = open.pop()) {
      const entry = raw[at];
      if (at === NO_STREAM || !entry || taken.has(at)) continue;
      taken.add(at);
      open.push(entry.left, entry.right);
      const built = build(entry);
      if (built) found.set(entry.name.toUpperCase(), built);
    }
    return found;
  };
  const depth = { now: 0 };
  const build = (entry: RawEntry): OleEntry | null => {
    const { name, sizeBytes } = entry;
    if (entry.kind === KIND.stream) {
      return {
        name,
        kind: 'stream',
        sizeBytes,
        children: new Map(),
        content: () => contentOf(entry),
      };
    }
    if (entry.kind !== KIND.storage && entry.kind !== KIND.root) return null;
    if (depth.now > MAX_DEPTH) throw oleUnreadable();
    depth.now++;
    const children = childrenOf(entry.child);
    depth.now--;
    return { name, kind: 'storage', sizeBytes: 0, children, content: () => noContent };
  };
  taken.add(0);
  const [first] = raw;
  const root = first ? build(first) : null;
  if (!root) throw oleUnreadable();
  return root;
}

const MAX_DEPTH = 100;
const noContent = sliceOf({ sizeBytes: 0, bytes: () => Promise.resolve(Buffer.alloc(0)) }, 0, 0);
