// winmail.dat: names and contents of its files, and what is told of one that is damaged or forged.
import { expect, it } from 'vitest';
import { bufferSource } from '#core/mail/containers/byte-source';
import { openTnef } from '#core/mail/containers/tnef';
import { seededBytes } from '../../../helpers/seeded-bytes.ts';
import {
  ATTRIBUTE,
  attribute,
  long,
  makeTnef,
  named,
  property,
  time,
  unicode,
} from './make-tnef.ts';
import { readAll, told, watchedSource } from './read-all.ts';

const open = (bytes: Buffer) => openTnef(bufferSource(bytes));
const LONG_NAME = 0x3707;
const DATA = 0x3701;

it('lists the files with their names and bytes', async () => {
  const opened = await open(
    makeTnef([
      { title: 'a.pdf', data: 'one' },
      { title: 'b.txt', data: 'two' },
    ]),
  );
  expect(opened.problems).toEqual([]);
  expect(await told(opened)).toEqual([
    ['a.pdf', 'one'],
    ['b.txt', 'two'],
  ]);
});

it('finds a name that comes after the bytes', async () => {
  const opened = await open(makeTnef([{ title: 'a.pdf', data: 'one', isTitleLast: true }]));
  expect(await told(opened)).toEqual([['a.pdf', 'one']]);
});

it('reads short names in the code page of the message', async () => {
  const opened = await open(
    makeTnef([{ title: Buffer.from('\xe9t\xe9 \x80.pdf', 'latin1'), data: 'x' }]),
  );
  expect(opened.entries[0]?.name).toBe('été €.pdf');
});

it('prefers the long Unicode name among the properties, whatever stands before it', async () => {
  const properties = [
    named('Some name', [1, 2, 3]),
    long(0x3705, 1),
    time(0x3008, new Date(0)),
    unicode(LONG_NAME, 'Devis élagage – 見積書.pdf'),
    unicode(0x370e, 'application/PDF'),
    unicode(0x3712, '<id@x>'),
  ];
  const opened = await open(makeTnef([{ title: 'DEVIS~1.PDF', data: 'x', properties }]));
  expect(opened.entries[0]).toMatchObject({
    name: 'Devis élagage – 見積書.pdf',
    mediaType: 'application/pdf',
    contentId: 'id@x',
  });
});

it('takes bytes that stand among the properties', async () => {
  const properties = [unicode(LONG_NAME, 'a.pdf'), property(DATA, 0x102, Buffer.from('inside'))];
  expect(await told(await open(makeTnef([{ properties }])))).toEqual([['a.pdf', 'inside']]);
});

it('opens a message inside, with its subject, sender and date', async () => {
  const inner = makeTnef(
    [{ title: 'inner.pdf', data: 'x' }],
    [
      unicode(0x0037, 'Intérieur'),
      unicode(0x0c1a, 'Jean'),
      unicode(0x5d01, 'jean@example.org'),
      time(0x0039, new Date('2026-01-05T08:00:00Z')),
      unicode(0x1000, 'Bonjour'),
    ],
  );
  const object = property(DATA, 0x0d, Buffer.concat([Buffer.alloc(16), inner]));
  const opened = await open(
    makeTnef([{ title: 'Intérieur', properties: [long(0x3705, 5), object] }]),
  );
  const [message] = opened.entries;
  if (message?.kind !== 'message') throw new Error('no message');
  const within = await message.open();
  expect(within.message).toMatchObject({
    subject: 'Intérieur',
    from: 'Jean <jean@example.org>',
    sentAt: '2026-01-05T08:00:00.000Z',
    text: 'Bonjour',
  });
  expect(await told(within)).toEqual([['inner.pdf', 'x']]);
});

it('tells a checksum that does not fit, and delivers all the same', async () => {
  const data = Buffer.from('changed');
  const bytes = Buffer.concat([
    makeTnef([{ title: 'a.pdf' }]),
    attribute(2, ATTRIBUTE.data, data, 1),
  ]);
  const opened = await open(bytes);
  expect(opened.problems).toEqual(['checksum']);
  expect(await told(opened)).toEqual([['a.pdf', 'changed']]);
});

it('leaves out what a cut made incomplete, and tells so', async () => {
  const whole = makeTnef([
    { title: 'a.pdf', data: 'one' },
    { title: 'b.pdf', data: 'x'.repeat(1000) },
  ]);
  const opened = await open(whole.subarray(0, -500));
  expect(opened.problems).toEqual(['truncated']);
  expect(await told(opened)).toEqual([['a.pdf', 'one']]);
});

it('ignores what gateways append', async () => {
  const bytes = Buffer.concat([
    makeTnef([{ title: 'a.pdf', data: 'one' }]),
    Buffer.from('\r\n-- \r\nfooter'),
  ]);
  const opened = await open(bytes);
  expect(opened.problems).toEqual([]);
  expect(await told(opened)).toEqual([['a.pdf', 'one']]);
});

it.each([
  [
    'of an attribute',
    (forged: Buffer) =>
      Buffer.concat([makeTnef([]), Buffer.from('020f800600f0ffffff78', 'hex'), forged]),
  ],
  [
    'of a property',
    (forged: Buffer) =>
      makeTnef([
        { title: 'a', properties: [Buffer.from('1f000737', 'hex'), forged, Buffer.alloc(8, 0xff)] },
      ]),
  ],
  [
    'of a list',
    (forged: Buffer) =>
      Buffer.concat([
        makeTnef([{ title: 'a' }]),
        attribute(2, ATTRIBUTE.properties, Buffer.concat([Buffer.alloc(4, 0xff), forged])),
      ]),
  ],
])('pays nothing for a forged length %s', async (_, forge) => {
  const { source, seen } = watchedSource(forge(Buffer.alloc(100, 0xff)));
  await openTnef(source);
  expect(seen.largest).toBeLessThanOrEqual(65_536);
  expect(seen.total).toBeLessThan(20_000);
});

it('reads a large file block by block', async () => {
  const data = seededBytes(2_000_000);
  const { source, seen } = watchedSource(makeTnef([{ title: 'a.bin', data }]));
  const { entries } = await openTnef(source);
  const [file] = entries;
  if (file?.kind !== 'file') throw new Error('no file');
  expect((await readAll(file.content)).equals(data)).toBe(true);
  expect(seen.largest).toBeLessThanOrEqual(65_536);
});

it('refuses what is no winmail.dat', async () => {
  await expect(open(Buffer.from('this is only a text'))).rejects.toMatchObject({
    kind: 'refused',
    code: 'mail.tnefUnreadable',
  });
});
