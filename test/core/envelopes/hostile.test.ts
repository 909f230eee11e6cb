// Input made to keep a reader busy. Each must come to its end, whatever it is, within the five seconds of the timeout.
import { deflateSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { makeTar } from '../../envelopes/make-tar.ts';
import { makeZip } from '../../envelopes/make-zip.ts';
import { makePes } from '../../envelopes/make-pes.ts';
import { readDeposit, readFile, refusal } from '../../envelopes/units.ts';
import { useTempDir } from '../../helpers/temp-dir.ts';

const dir = useTempDir();
const LIMIT = { timeout: 5000 };
const codeOf = async (bytes: Buffer | string, name = 'a.bin'): Promise<string> =>
  (await refusal(readFile(dir(), name, bytes))).code;

describe('metadata', () => {
  it.each([
    ['lists in lists', '['.repeat(250_000)],
    ['maps in maps', '{a: '.repeat(60_000)],
    ['lines of lists', '- '.repeat(120_000)],
    ['questions', '? '.repeat(120_000)],
    [
      'aliases of aliases',
      `a: &a [x]\n${Array.from({ length: 5000 }, (_, i) => `k${i}: *a`).join('\n')}`,
    ],
    ['one long quoted text', `a: "${'\\n '.repeat(80_000)}`],
    ['tabs', `a:${'\t'.repeat(250_000)}b`],
  ])('of YAML: %s', LIMIT, async (_what, text) => {
    expect((await refusal(readDeposit(dir(), { 'metadata.txt': text }))).code).toMatch(
      /^envelope\./u,
    );
  });

  it.each([
    ['lists in lists', '['.repeat(3_900_000)],
    ['maps in maps', '{"a":'.repeat(700_000)],
    [
      'a map of a hundred thousand keys',
      JSON.stringify(Object.fromEntries(Array.from({ length: 100_000 }, (_, i) => [i, 'x']))),
    ],
  ])('of JSON: %s', LIMIT, async (_what, text) => {
    expect(await codeOf(text, 'metadata.json')).toBe('envelope.foreignJson');
  });

  it('of XML with twenty thousand files', LIMIT, async () => {
    const files = '<file content="a.pdf"/>'.repeat(20_000);
    const flux = `<flux><files name="fichier_pes">${files}</files></flux>`;
    expect(await codeOf(flux, 'metadata.xml')).toBe('envelope.metadataOversized');
  });

  it('that lists five thousand files of one name beside five hundred', LIMIT, async () => {
    const names = Array.from({ length: 5000 }, () => 'a.pdf');
    const files = Object.fromEntries(Array.from({ length: 500 }, (_, i) => [`${i}.pdf`, 'x']));
    const metadata = JSON.stringify({
      acte_nature: '1',
      arrete: names,
      autre_document_attache: names,
    });
    const envelope = await readDeposit(dir(), { ...files, 'metadata.json': metadata });
    expect(envelope.warnings.length).toBeGreaterThan(0);
  });
});

describe('a PDF', () => {
  const pdf = (body: string, table: number): string =>
    `%PDF-1.7\n${body}\nstartxref\n${table}\n%%EOF`;

  it.each([
    [
      'with a table that follows itself',
      pdf('xref\n0 1\n0000000000 65535 f \ntrailer <</Root 1 0 R /Prev 9>>', 9),
    ],
    ['of brackets', pdf(`1 0 obj ${'['.repeat(900_000)}`, 9)],
    ['of numbers', pdf(`1 0 obj [${'1 '.repeat(900_000)}`, 9)],
    ['of objects that are not there', pdf('1 0 obj '.repeat(400_000), 9)],
    ['of trailers', pdf('trailer << '.repeat(200_000), 9)],
    [
      'whose reference is itself',
      pdf('1 0 obj 1 0 R endobj\nxref\n1 1\n0000000009 00000 n \ntrailer <</Root 1 0 R>>', 30),
    ],
  ])('%s', LIMIT, async (_what, text) => {
    expect(await codeOf(text)).toBe('envelope.plainPdf');
  });

  it('with two thousand objects, each of which contains all the others', LIMIT, async () => {
    let body = '%PDF-1.7\n';
    const offsets: number[] = [];
    for (let number = 1; number <= 2000; number++) {
      offsets.push(body.length);
      body += `${number} 0 obj << /Kids [${(number % 2000) + 1} 0 R] /Names << /EmbeddedFiles ${(number % 2000) + 1} 0 R >> /X [(`;
    }
    body += 'x'.repeat(1_000_000);
    const rows = offsets.map((offset) => `${String(offset).padStart(10, '0')} 00000 n \n`).join('');
    const table = `xref\n1 2000\n${rows}trailer <</Root 1 0 R>>\nstartxref\n${body.length}\n%%EOF`;
    expect(await codeOf(body + table)).toBe('envelope.plainPdf');
  });

  it('with object streams that blow up, one after the other', LIMIT, async () => {
    const data = deflateSync(Buffer.alloc(16_000_000));
    const parts = Array.from({ length: 60 }, (_, i) =>
      Buffer.concat([
        Buffer.from(
          `${i + 1} 0 obj <</Type /ObjStm /N 1 /First 4 /Filter /FlateDecode /Length ${data.length}>> stream\n`,
        ),
        data,
        Buffer.from('\nendstream endobj\n'),
      ]),
    );
    expect(await codeOf(Buffer.concat([Buffer.from('%PDF-1.7\n'), ...parts]))).toBe(
      'envelope.plainPdf',
    );
  });
});

describe('an archive', () => {
  it('of fifty thousand entries', LIMIT, async () => {
    const entries = Array.from({ length: 50_000 }, (_, i) => ({
      name: `${i}`,
      bytes: '',
      packing: 'stored' as const,
    }));
    expect(await codeOf(makeZip(entries))).toBe('envelope.tooManyFiles');
  });

  it('of three thousand files of a tar', LIMIT, async () => {
    const entries = Array.from({ length: 3000 }, (_, i) => ({ name: `${i}` }));
    expect(await codeOf(makeTar(entries))).toBe('envelope.tooManyFiles');
  });
});

describe('an XML file', () => {
  it('with a million attributes', LIMIT, async () => {
    const attributes = Array.from({ length: 400_000 }, (_, i) => ` a${i}=""`).join('');
    expect(await codeOf(`<a${attributes}/>`)).toBe('envelope.xmlOversized');
  });

  it(
    'with a prefix declared on each of 190 levels and used on all of 100,000 tags',
    LIMIT,
    async () => {
      const extra = `${Array.from({ length: 190 }, (_, i) => `<a xmlns:p${i}="u${i}">`).join('')}${'<p0:b/>'.repeat(100_000)}${'</a>'.repeat(190)}`;
      expect((await readFile(dir(), 'a.xml', makePes({ extra }))).kind).toBe('helios');
    },
  );

  it('with forty thousand vouchers and as many blank attachments', LIMIT, async () => {
    const vouchers = Array.from({ length: 40_000 }, (_, i) => ({
      year: '2026',
      id: `${i}`,
      amount: '1',
    }));
    const attachments = Array.from({ length: 40_000 }, () => ({ text: '', name: 'a.pdf' }));
    const envelope = await readFile(dir(), 'a.xml', makePes({ vouchers, attachments }));
    expect(envelope.documents[0]!.index['pieces_count']).toBe('40000');
  });
});
