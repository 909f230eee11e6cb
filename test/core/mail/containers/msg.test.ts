// Outlook's `.msg`: attachments and messages inside, and files that lead in circles.
import { describe, expect, it } from 'vitest';
import { bufferSource } from '#core/mail/containers/byte-source';
import { openMsg } from '#core/mail/containers/msg';
import { openOle } from '#core/mail/containers/ole-file';
import { seededBytes } from '../../../helpers/seeded-bytes.ts';
import { makeOle, type OleTree } from './make-ole.ts';
import { readAll, told } from './read-all.ts';

const text = (value: string) => Buffer.from(value, 'utf16le');

/** `values`: id and number. */
function properties(
  headBytes: number,
  values: readonly (readonly [number, number])[] = [],
): Buffer {
  const rows = values.map(([id, value]) => {
    const row = Buffer.alloc(16);
    row.writeUInt16LE(3, 0);
    row.writeUInt16LE(id, 2);
    row.writeUInt32LE(value, 8);
    return row;
  });
  return Buffer.concat([Buffer.alloc(headBytes), ...rows]);
}

const attachment = (name: string, data: Buffer): OleTree => ({
  '__properties_version1.0': properties(8, [[0x3705, 1]]),
  '__substg1.0_3707001F': text(name),
  '__substg1.0_37010102': data,
});

const message = (headBytes: number, subject: string, attachments: readonly OleTree[]): OleTree => ({
  '__properties_version1.0': properties(headBytes),
  '__substg1.0_0037001F': text(subject),
  '__substg1.0_1000001F': text('Bonjour'),
  '__substg1.0_0C1A001F': text('Jean'),
  '__substg1.0_5D01001F': text('jean@example.org'),
  ...Object.fromEntries(
    attachments.map((one, n) => [`__attach_version1.0_#${String(n).padStart(8, '0')}`, one]),
  ),
});

const open = (tree: OleTree) => openMsg(bufferSource(makeOle(tree)));

it('lists attachments, short and long ones, in their order', async () => {
  const long = seededBytes(100_000);
  const opened = await open(
    message(32, 'Factures', [
      attachment('été.pdf', Buffer.from('short')),
      attachment('long.bin', long),
      attachment('vide.txt', Buffer.alloc(0)),
    ]),
  );
  expect(await told(opened)).toEqual([
    ['été.pdf', 'short'],
    ['long.bin', long.toString('latin1')],
    ['vide.txt', ''],
  ]);
  expect(opened.message).toMatchObject({
    subject: 'Factures',
    from: 'Jean <jean@example.org>',
    text: 'Bonjour',
  });
});

it('reads texts of old files in their code page', async () => {
  const opened = await open({
    '__properties_version1.0': properties(32, [[0x3ffd, 1251]]),
    '__substg1.0_0037001E': Buffer.from('\xcf\xf0\xe8\xe2\xe5\xf2', 'latin1'),
  });
  expect(opened.message.subject).toBe('Привет');
});

it('opens messages inside of messages when asked', async () => {
  const inner = message(24, 'Intérieur', [attachment('inner.pdf', Buffer.from('x'))]);
  const opened = await open(
    message(32, 'Extérieur', [
      {
        '__properties_version1.0': properties(8, [[0x3705, 5]]),
        '__substg1.0_3001001F': text('Intérieur'),
        '__substg1.0_3701000D': inner,
      },
    ]),
  );
  expect(await told(opened)).toEqual([['Intérieur', [['inner.pdf', 'x']]]]);
});

it('tells an attachment that is only a link', async () => {
  const link = { '__properties_version1.0': properties(8, [[0x3705, 7]]) };
  const opened = await open(message(32, 'x', [link]));
  expect(opened).toMatchObject({ entries: [], problems: ['reference'] });
});

describe('refuses', () => {
  it('a document that is no message', async () => {
    await expect(open({ WordDocument: Buffer.from('x') })).rejects.toMatchObject({
      code: 'mail.msgUnreadable',
    });
  });

  it.each([
    ['a text', Buffer.from('this is only a text')],
    ['a header alone', makeOle({ a: Buffer.from('x') }).subarray(0, 512)],
  ])('%s', async (_, bytes) => {
    await expect(openOle(bufferSource(bytes))).rejects.toMatchObject({
      code: 'file.oleUnreadable',
    });
  });
});

it('follows no chain in circles, however long the file says it is', async () => {
  const bytes = makeOle({ long: seededBytes(9000) });
  const record = bytes.indexOf(text('long'));
  bytes.writeUInt32LE(0xffff_fff0, record + 120);
  const table = 512 + bytes.readUInt32LE(76) * 512;
  bytes.writeUInt32LE(0, table + 4);
  const root = await openOle(bufferSource(bytes));
  const size = root.children.get('LONG')?.content().sizeBytes;
  expect(size).toBeGreaterThan(9000);
  // As many sectors as the table has numbers.
  expect(size).toBeLessThanOrEqual(128 * 512);
});

it('follows the chain of a stream only when it is read: many may claim the same long one', async () => {
  const names = Array.from({ length: 15_000 }, (_, n) => [`s${n}`, Buffer.from('x')] as const);
  const bytes = makeOle({ long: seededBytes(3_000_000), ...Object.fromEntries(names) });
  const long = bytes.indexOf(text('long'));
  for (let n = 1; n <= names.length; n++) {
    bytes.copy(bytes, long + n * 128 + 116, long + 116, long + 124);
  }
  const before = process.memoryUsage().arrayBuffers;
  const root = await openOle(bufferSource(bytes));
  expect(root.children.get('S14999')?.content().sizeBytes).toBe(3_000_000);
  expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(100_000_000);
});

it('reads or refuses files with any number in them changed', async () => {
  const whole = makeOle(message(32, 'x', [attachment('a.pdf', seededBytes(9000))]));
  let refused = 0;
  for (let at = 0; at + 4 <= whole.length; at += 4) {
    for (const value of [0, 1, 0xffff_ffff]) {
      const bytes = Buffer.from(whole);
      bytes.writeUInt32LE(value, at);
      const opened = await openMsg(bufferSource(bytes)).catch((thrown: unknown) => {
        expect(thrown).toMatchObject({ kind: 'refused' });
        refused++;
      });
      for (const entry of opened?.entries ?? []) {
        const size = entry.kind === 'file' ? (await readAll(entry.content)).length : 0;
        expect(size).toBeLessThanOrEqual(whole.length);
      }
    }
  }
  expect(refused).toBeGreaterThan(0);
});
