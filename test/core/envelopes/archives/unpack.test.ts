import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { EnvelopeLimits } from '#contract/model/envelope';
import { archiveFormat, unpackArchive } from '#core/envelopes/archives/unpack';
import { makeTar, makeTarGz, type TarEntry } from '../../../envelopes/make-tar.ts';
import { makeZip, type ZipEntry } from '../../../envelopes/make-zip.ts';
import { noSignal, refusal } from '../../../envelopes/units.ts';
import { seededBytes } from '../../../helpers/seeded-bytes.ts';
import { makeTempDir, removeTempDir, useTempDir } from '../../../helpers/temp-dir.ts';

const dir = useTempDir();
const limits = EnvelopeLimits.parse({});

async function unpack(bytes: Buffer, changed: Partial<EnvelopeLimits> = {}) {
  const path = join(dir(), 'archive');
  await writeFile(path, bytes);
  const spoolDir = await makeTempDir();
  try {
    const file = { name: 'archive', path, sizeBytes: bytes.length };
    const options = { spoolDir, limits: { ...limits, ...changed }, signal: noSignal() };
    const files = await unpackArchive(file, options);
    return await Promise.all(
      files.map(async ({ name, path: at }) => [name, (await readFile(at)).toString()] as const),
    );
  } finally {
    await removeTempDir(spoolDir);
    // Whatever the archive says: nothing beside its spool.
    expect(await readdir(dir())).toEqual(['archive']);
  }
}

const usual = [
  { name: 'metadata.json', bytes: '{}' },
  { name: 'Délibération.pdf', bytes: 'pdf' },
  { name: 'PJ/annexe.pdf', bytes: 'annex' },
];
const told = usual.map(({ name, bytes }) => [name, bytes]);

describe('unpackArchive', () => {
  it.each([
    ['a zip', makeZip(usual)],
    ['a streamed zip', makeZip(usual.map((entry) => ({ ...entry, packing: 'streamed' as const })))],
    ['a zip with a comment', makeZip(usual, 'made by hand')],
    ['a tar.gz', makeTarGz(usual)],
    ['a tar', makeTar(usual)],
  ])('gives every file of %s', async (_what, bytes) => {
    expect(await unpack(bytes)).toEqual(told);
  });

  it('reads names of a DOS zip', async () => {
    const rawName = Buffer.from([0x82, 0x74, 0x82, 0x2e, 0x70, 0x64, 0x66]);
    expect(await unpack(makeZip([{ name: '', rawName, bytes: 'x' }]))).toEqual([['été.pdf', 'x']]);
  });

  it('reads names longer than a tar header holds, as GNU and as POSIX write them', async () => {
    const long = `${'dossier/'.repeat(20)}Délibération.pdf`;
    const gnu = [
      { name: '././@LongLink', type: 'L', bytes: `${long}\0` },
      { name: 'cut', bytes: 'gnu' },
    ];
    const record = ` path=${long}\n`;
    const length = Buffer.byteLength(record) + 3;
    const posix = [
      { name: 'pax', type: 'x', bytes: `${length}${record}` },
      { name: 'cut', bytes: 'posix' },
    ];
    expect(await unpack(makeTarGz(gnu))).toEqual([[long, 'gnu']]);
    expect(await unpack(makeTarGz(posix))).toEqual([[long, 'posix']]);
  });

  it('leaves out what macOS and Windows add', async () => {
    const clutter = ['__MACOSX/._a.pdf', '.DS_Store', 'x/Thumbs.db'].map((name) => ({
      name,
      bytes: '',
    }));
    expect(await unpack(makeZip([...clutter, ...usual]))).toEqual(told);
    expect(await unpack(makeTarGz([...clutter, ...usual]))).toEqual(told);
  });

  it('leaves archives inside closed', async () => {
    const inner = makeZip([{ name: 'a', bytes: 'a' }]);
    const [file] = await unpack(makeZip([{ name: 'annexe.zip', bytes: inner }]));
    expect(file?.[0]).toBe('annexe.zip');
  });

  const zipRefusals: [string, ZipEntry[], string][] = [
    ['a path that climbs', [{ name: '../../evil.txt', bytes: 'x' }], 'unsafePath'],
    ['a path that climbs like Windows', [{ name: '..\\evil.txt', bytes: 'x' }], 'unsafePath'],
    ['an absolute path', [{ name: '/etc/evil', bytes: 'x' }], 'unsafePath'],
    ['a drive', [{ name: 'C:/evil.txt', bytes: 'x' }], 'unsafePath'],
    ['a symbolic link', [{ name: 'link', bytes: '/etc', unixMode: 0o120777 }], 'link'],
    ['an encrypted entry', [{ name: 'a', bytes: 'x', isEncrypted: true }], 'archiveEncrypted'],
    ['a wrong checksum', [{ name: 'a', bytes: 'x', crc: 1 }], 'archiveUnreadable'],
    ['a lie about the size', [{ name: 'a', bytes: 'xxxxxx', toldBytes: 2 }], 'archiveUnreadable'],
    [
      'two entries that are one file on Windows',
      [
        { name: 'a.pdf', bytes: 'x' },
        { name: 'A.PDF', bytes: 'y' },
      ],
      'duplicateEntry',
    ],
  ];
  it.each(zipRefusals)('refuses a zip with %s', async (_what, entries, code) => {
    const all = [{ name: 'fine.pdf', bytes: 'fine' }, ...entries];
    expect((await refusal(unpack(makeZip(all)))).code).toBe(`envelope.${code}`);
  });

  const tarRefusals: [string, TarEntry[], string][] = [
    ['a path that climbs', [{ name: '../evil.txt', bytes: 'x' }], 'unsafePath'],
    ['an absolute path', [{ name: '/tmp/evil.txt', bytes: 'x' }], 'unsafePath'],
    ['a symbolic link', [{ name: 'link', type: '2', target: '/etc/passwd' }], 'link'],
    ['a hard link', [{ name: 'link', type: '1', target: 'fine.pdf' }], 'link'],
    ['a device', [{ name: 'dev', type: '3' }], 'specialFile'],
    [
      'an entry twice',
      [
        { name: 'a', bytes: 'x' },
        { name: './a', bytes: 'y' },
      ],
      'duplicateEntry',
    ],
  ];
  it.each(tarRefusals)('refuses a tar.gz with %s', async (_what, entries, code) => {
    const all = [{ name: 'fine.pdf', bytes: 'fine' }, ...entries];
    expect((await refusal(unpack(makeTarGz(all)))).code).toBe(`envelope.${code}`);
  });

  const cut = (bytes: Buffer): Buffer => bytes.subarray(0, Math.floor(bytes.length * 0.7));
  it.each([
    ['a zip that is cut', cut(makeZip(usual))],
    ['a tar.gz that is cut', cut(makeTarGz([{ name: 'a', bytes: seededBytes(90_000) }]))],
    ['a tar that is cut', cut(makeTar([{ name: 'a', bytes: seededBytes(90_000) }]))],
    ['a gzip that holds no tar', gzipSync(seededBytes(3000))],
    [
      'bytes that only begin like a zip',
      Buffer.concat([Buffer.from('PK\x03\x04'), seededBytes(900)]),
    ],
  ])('refuses %s', async (_what, bytes) => {
    expect((await refusal(unpack(bytes))).code).toBe('envelope.archiveUnreadable');
  });

  it.each([
    ['zip', makeZip([{ name: 'bomb', bytes: Buffer.alloc(120_000_000) }])],
    ['tar.gz', makeTarGz([{ name: 'bomb', bytes: Buffer.alloc(120_000_000) }])],
  ])('refuses a %s that blows up', async (_what, bytes) => {
    expect((await refusal(unpack(bytes))).code).toBe('envelope.bomb');
  });

  it('refuses more bytes, and more files, than it is allowed to unpack', async () => {
    const zip = makeZip([{ name: 'a', bytes: Buffer.alloc(5000) }]);
    expect(await refusal(unpack(zip, { maxArchiveBytes: 4000 }))).toMatchObject({
      code: 'envelope.tooLarge',
      params: { maxBytes: 4000 },
    });
    expect((await refusal(unpack(makeZip(usual), { maxFiles: 2 }))).code).toBe(
      'envelope.tooManyFiles',
    );
    expect((await refusal(unpack(makeTarGz(usual), { maxFiles: 2 }))).code).toBe(
      'envelope.tooManyFiles',
    );
  });
});

it('does not take an office document for an archive', () => {
  const docx = makeZip([{ name: '[Content_Types].xml', bytes: '<Types/>' }]);
  expect(archiveFormat(docx)).toBeNull();
});
