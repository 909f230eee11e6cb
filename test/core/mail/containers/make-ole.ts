// Compound files of OLE (MS-CFB, version 3) from a tree of names: what Outlook's `.msg` files are made of.

export type OleTree = { readonly [name: string]: Buffer | OleTree };

const SECTOR = 512;
const MINI = 64;
const MINI_LIMIT = 4096;
const END = 0xffff_fffe;
const FREE = 0xffff_ffff;
const FAT = 0xffff_fffd;

type Entry = {
  readonly name: string;
  readonly kind: number;
  readonly data: Buffer | null;
  children: number[];
  /** The next one in the same storage: a tree that only grows to the right. */
  right: number;
  start: number;
};

export function makeOle(tree: OleTree): Buffer {
  const entries: Entry[] = [
    { name: 'Root Entry', kind: 5, data: null, children: [], right: FREE, start: END },
  ];
  const add = (parent: Entry, inner: OleTree) => {
    for (const [name, value] of Object.entries(inner)) {
      const isStream = Buffer.isBuffer(value);
      const data = isStream ? value : null;
      const kind = isStream ? 2 : 1;
      const entry: Entry = { name, kind, data, children: [], right: FREE, start: END };
      const number = entries.push(entry) - 1;
      const before = parent.children.at(-1);
      if (before !== undefined) entries[before]!.right = number;
      parent.children.push(number);
      if (!isStream) add(entry, value);
    }
  };
  add(entries[0]!, tree);

  const sectors: Buffer[] = [];
  const table: number[] = [];
  const store = (data: Buffer): number => {
    const first = sectors.length;
    for (let at = 0; at < data.length; at += SECTOR) {
      sectors.push(Buffer.concat([data.subarray(at, at + SECTOR)], SECTOR));
      table.push(sectors.length);
    }
    if (sectors.length === first) return END;
    table[table.length - 1] = END;
    return first;
  };

  const mini: Buffer[] = [];
  const miniTable: number[] = [];
  for (const entry of entries) {
    if (!entry.data || entry.data.length === 0) continue;
    if (entry.data.length >= MINI_LIMIT) {
      entry.start = store(entry.data);
      continue;
    }
    entry.start = mini.length;
    for (let at = 0; at < entry.data.length; at += MINI) {
      mini.push(Buffer.concat([entry.data.subarray(at, at + MINI)], MINI));
      miniTable.push(mini.length);
    }
    miniTable[miniTable.length - 1] = END;
  }
  const miniStream = Buffer.concat(mini);
  entries[0]!.start = store(miniStream);
  const miniFat = store(numbers(miniTable));
  const directory = store(Buffer.concat(entries.map((entry) => record(entry, miniStream.length))));
  // The table describes its own sectors too.
  let fatSectors = 0;
  while ((table.length + fatSectors) * 4 > fatSectors * SECTOR) fatSectors++;
  const firstFat = sectors.length;
  for (let n = 0; n < fatSectors; n++) table.push(FAT);
  const fat = Buffer.concat(
    [numbers(table), Buffer.alloc(fatSectors * SECTOR, 0xff)],
    fatSectors * SECTOR,
  );

  const head = Buffer.alloc(SECTOR);
  Buffer.from('d0cf11e0a1b11ae1', 'hex').copy(head);
  head.writeUInt16LE(3, 26);
  head.writeUInt16LE(0xfffe, 28);
  head.writeUInt16LE(9, 30);
  head.writeUInt16LE(6, 32);
  head.writeUInt32LE(fatSectors, 44);
  head.writeUInt32LE(directory, 48);
  head.writeUInt32LE(MINI_LIMIT, 56);
  head.writeUInt32LE(miniFat, 60);
  head.writeUInt32LE(END, 68);
  head.fill(0xff, 76);
  for (let n = 0; n < fatSectors; n++) head.writeUInt32LE(firstFat + n, 76 + n * 4);
  return Buffer.concat([head, ...sectors, fat]);
}

function record(entry: Entry, miniBytes: number): Buffer {
  const bytes = Buffer.alloc(128);
  bytes.write(entry.name, 0, 62, 'utf16le');
  bytes.writeUInt16LE((entry.name.length + 1) * 2, 64);
  bytes[66] = entry.kind;
  const [child = FREE] = entry.children;
  bytes.writeUInt32LE(FREE, 68);
  bytes.writeUInt32LE(entry.right, 72);
  bytes.writeUInt32LE(child, 76);
  bytes.writeUInt32LE(entry.start, 116);
  bytes.writeUInt32LE(entry.kind === 5 ? miniBytes : (entry.data?.length ?? 0), 120);
  return bytes;
}

function numbers(list: readonly number[]): Buffer {
  const bytes = Buffer.alloc(list.length * 4);
  list.forEach((value, at) => bytes.writeUInt32LE(value, at * 4));
  return bytes;
}
