import { crc32 } from 'node:zlib';
import { expect, it } from 'vitest';
import { makePdf } from './make-pdf.ts';
import { makePng, makeTiff, makeXml, makeZip, truncated } from './make-samples.ts';

it.each([700, 2_000, 1_000_003])('makes a PDF of exactly %i bytes', (size) => {
  const pdf = makePdf(size);
  expect(pdf).toHaveLength(size);
  expect(pdf.subarray(-6).toString()).toBe('%%EOF\n');
  expect(makePdf(size, 'other').equals(pdf)).toBe(false);
});

it('writes the true places of the objects in a PDF', () => {
  const text = makePdf(3_000).toString('latin1');
  const tableAt = Number(/startxref\n(\d+)/.exec(text)?.[1]);
  expect(text.slice(tableAt, tableAt + 4)).toBe('xref');
  const offsets = [...text.slice(tableAt).matchAll(/^(\d{10}) 00000 n $/gm)].map((m) =>
    Number(m[1]),
  );
  const found = offsets.map((offset) => text.slice(offset, offset + 7));
  expect(found).toEqual(['1 0 obj', '2 0 obj', '3 0 obj', '4 0 obj']);
  const stream = /\/Length (\d+) >>\nstream\n(.*)\nendstream/s.exec(text);
  expect(stream?.[2]).toHaveLength(Number(stream?.[1]));
});

it('lists in a ZIP where each entry lies and its checksum', () => {
  const zip = makeZip({ 'a.pdf': makePdf(), 'dossier/é.xml': '<a/>' });
  const end = zip.subarray(-22);
  const directory = zip.subarray(end.readUInt32LE(16));
  expect(end.readUInt16LE(10)).toBe(2);
  expect(directory.readUInt32LE(0)).toBe(0x02014b50);
  expect(directory.readUInt32LE(16)).toBe(crc32(makePdf()));
  const second = directory.subarray(46 + 'a.pdf'.length);
  const local = zip.subarray(second.readUInt32LE(42));
  expect(local.readUInt32LE(0)).toBe(0x04034b50);
  expect(local.subarray(30, 30 + 18).toString()).toBe('dossier/é.xml<a/>');
});

it('cuts a sample in the middle', () => {
  expect(truncated(makeXml(1_000), 0.5).toString()).not.toContain('</factures>');
  expect(makeXml(1_000).toString()).toMatch(/<\/factures>\n$/);
});

it('points from the header of a TIFF to its directory, and begins a PNG as one', () => {
  const tiff = makeTiff();
  expect(tiff.readUInt16LE(tiff.readUInt32LE(4))).toBe(9);
  expect(makePng().subarray(1, 4).toString()).toBe('PNG');
});
