// winmail.dat as Outlook writes it, from a short description.

export const ATTRIBUTE = {
  subject: 0x00018004,
  title: 0x00018010,
  data: 0x0006800f,
  start: 0x00069002,
  message: 0x00069003,
  properties: 0x00069005,
  codePage: 0x00069007,
} as const;

export type TnefFile = {
  readonly title?: Buffer | string;
  readonly data?: Buffer | string;
  readonly properties?: readonly Buffer[];
  readonly isTitleLast?: boolean;
};

export function makeTnef(files: readonly TnefFile[], message: readonly Buffer[] = []): Buffer {
  const head = Buffer.from('789f3e220100', 'hex');
  return Buffer.concat([
    head,
    attribute(1, ATTRIBUTE.codePage, Buffer.from('e404000000000000', 'hex')),
    ...(message.length > 0 ? [attribute(1, ATTRIBUTE.message, propertyList(message))] : []),
    ...files.flatMap(({ title, data, properties, isTitleLast }) => {
      const nul = Buffer.from([0]);
      const named = title === undefined ? [] : [Buffer.concat([Buffer.from(title), nul])];
      const titles = named.map((bytes) => attribute(2, ATTRIBUTE.title, bytes));
      const contents = data === undefined ? [] : [attribute(2, ATTRIBUTE.data, Buffer.from(data))];
      return [
        attribute(2, ATTRIBUTE.start, Buffer.alloc(14)),
        ...(isTitleLast ? [...contents, ...titles] : [...titles, ...contents]),
        ...(properties ? [attribute(2, ATTRIBUTE.properties, propertyList(properties))] : []),
      ];
    }),
  ]);
}

export function attribute(level: number, id: number, data: Buffer, sum = checksum(data)): Buffer {
  const head = Buffer.alloc(9);
  head[0] = level;
  head.writeUInt32LE(id, 1);
  head.writeUInt32LE(data.length, 5);
  const tail = Buffer.alloc(2);
  tail.writeUInt16LE(sum);
  return Buffer.concat([head, data, tail]);
}

export const checksum = (data: Buffer) => data.reduce((sum, byte) => (sum + byte) & 0xffff, 0);

export function propertyList(properties: readonly Buffer[]): Buffer {
  return Buffer.concat([u32(properties.length), ...properties]);
}

/** A text, binary or object property. */
export function property(id: number, type: number, value: Buffer): Buffer {
  return Buffer.concat([head(id, type), u32(1), u32(value.length), padded(value)]);
}

export const unicode = (id: number, text: string) =>
  property(id, 0x1f, Buffer.from(`${text}\0`, 'utf16le'));

export const long = (id: number, value: number) => Buffer.concat([head(id, 3), u32(value)]);

export const time = (id: number, date: Date) => {
  const value = Buffer.alloc(8);
  value.writeBigUInt64LE((BigInt(date.getTime()) + 11_644_473_600_000n) * 10_000n);
  return Buffer.concat([head(id, 0x40), value]);
};

/** A property that has a name instead of a number, and several numbers as its value. */
export const named = (name: string, values: readonly number[]) => {
  const text = Buffer.from(`${name}\0`, 'utf16le');
  return Buffer.concat([
    head(0x8001, 0x1003),
    Buffer.alloc(16),
    u32(1),
    u32(text.length),
    padded(text),
    u32(values.length),
    ...values.map(u32),
  ]);
};

function head(id: number, type: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt16LE(type, 0);
  bytes.writeUInt16LE(id, 2);
  return bytes;
}

function u32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}

const padded = (value: Buffer) => Buffer.concat([value, Buffer.alloc(-value.length & 3)]);
