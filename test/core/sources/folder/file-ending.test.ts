import { describe, expect, it, test } from 'vitest';
import { type Ending, endCheck } from '#core/sources/folder/file-ending';
import { makePdf } from '../../../helpers/make-pdf.ts';
import { makeJpeg, makeTiff, makeZip } from './file-samples.ts';

/** Answers the check's reads from a buffer, as a file would. */
function ending(name: string, content: Buffer | string): Ending {
  const bytes = Buffer.from(content);
  const check = endCheck(name, bytes.length);
  for (let step = check.next(); ;) {
    if (step.done === true) return step.value;
    const { offset, length } = step.value;
    expect(offset).toBeGreaterThanOrEqual(0);
    step = check.next(bytes.subarray(offset, offset + length));
  }
}
const isComplete = (name: string, content: Buffer | string) => ending(name, content).isComplete;

const xml = '<?xml version="1.0"?>\n<!-- <old> --><PES_Aller a="1>0"><b/>text</PES_Aller>';
const zip = makeZip({ 'a.txt': 'hello', 'b.txt': 'world' });
const whole: [string, string, Buffer][] = [
  ['a PDF', 'a.pdf', makePdf(6000).subarray(0, -1)],
  ['a ZIP', 'a.zip', zip],
  ['a ZIP with a comment', 'a.zip', makeZip({ a: 'b' }, { comment: 'made by a scanner' })],
  ['a ZIP64', 'a.zip', makeZip({ a: 'b', c: 'd' }, { zip64: true })],
  ['a ZIP that holds a ZIP', 'a.zip', makeZip({ 'in.zip': zip, z: 'end' })],
  ['a Word document', 'a.docx', makeZip({ 'word/document.xml': '<w/>' })],
  ['an XML', 'a.xml', Buffer.from(xml)],
  ['an XML in UTF-16', 'a.xml', Buffer.from(`\uFEFF${xml}`, 'utf16le')],
  ['a JPEG', 'a.jpg', makeJpeg()],
  ['a TIFF', 'a.tif', makeTiff()],
  ['a big-endian TIFF', 'a.tif', makeTiff({ order: 'MM' })],
  ['a TIFF with its directories first', 'a.tiff', makeTiff({ directoryFirst: true })],
  ['a BigTIFF', 'a.tif', makeTiff({ big: true })],
  ['a big-endian BigTIFF', 'a.tif', makeTiff({ big: true, order: 'MM', directoryFirst: true })],
];

describe.each(whole)('%s', (_what, name, content) => {
  it('is complete when it is whole', () => {
    expect(ending(name, content)).toMatchObject({ isComplete: true });
    expect(ending(name, content).format).not.toBeNull();
  });

  it('is incomplete wherever it breaks off', () => {
    // The end of a photograph's preview lies near the start.
    const cuts = Array.from({ length: content.length - 1 }, (_, i) => i + 1);
    const slack = name.startsWith('a.jp') ? 1100 : 0;
    const taken = cuts.filter((cut) => cut > slack && isComplete(name, content.subarray(0, cut)));

    expect(taken).toEqual([]);
  });

  it('is incomplete while its space is only reserved', () => {
    expect(isComplete(name, Buffer.alloc(content.length))).toBe(false);
  });

  it('is checked under another name too, unless only its name shows what it is', () => {
    const cut = content.subarray(0, content.length - 30);

    expect(isComplete('a.dat', cut)).toBe(name.endsWith('.xml'));
  });
});

describe('PDF', () => {
  it('may be followed by line ends and by what some signers add', () => {
    expect(isComplete('a.pdf', Buffer.concat([makePdf(6000), Buffer.alloc(500, 0x20)]))).toBe(true);
  });

  it('that was added to and broke off is incomplete, though an earlier end lies inside', () => {
    const longer = Buffer.concat([makePdf(6000), Buffer.from('1 0 obj'.padEnd(3000, 'x'))]);

    expect(isComplete('a.pdf', longer)).toBe(false);
  });

  it('may begin after some junk', () => {
    expect(ending('a.pdf', Buffer.concat([Buffer.from('\r\njunk\r\n'), makePdf(600)]))).toEqual({
      format: 'pdf',
      isComplete: true,
    });
  });
});

describe('ZIP', () => {
  it('broken off right after an archive that it holds is incomplete', () => {
    const outer = makeZip({ 'in.zip': zip, z: 'end' });
    const cut = outer.indexOf('PK\x05\x06') + 22;

    expect(isComplete('a.zip', outer.subarray(0, cut))).toBe(false);
  });

  it('may be empty', () => {
    expect(isComplete('a.zip', makeZip({}))).toBe(true);
  });
});

test.each([
  ['<a/>', true],
  ['<?xml version="1.0"?>\n<a x="/>" y=\'>\'/>\n<!-- end -->\n', true],
  ['<a><a/></a>', true],
  ['<a><b></b>', false],
  ['<a></ab>', false],
  ['<a></a >\n', true],
  ['<a></a><b', false],
  ['<a>text</a> more', false],
  ['<!DOCTYPE a [<!ENTITY b "<c>">]>\n<a>&b;</a>', true],
  ['<!DOCTYPE a SYSTEM "a.dtd"><a>', false],
  ['<?xml version="1.0"?>   ', false],
  ['\uFEFF<été>là</été>', true],
  ['<a></a>\0\0\0\0', true],
])('XML %j is complete: %j', (text, expected) => {
  expect(isComplete('a.xml', text)).toBe(expected);
});

describe('XML', () => {
  it('with a very long beginning is not judged', () => {
    expect(isComplete('a.xml', `<!--${'x'.repeat(70_000)}--><a>`)).toBe(true);
  });

  it.each([
    ['a name without end', `<${'a'.repeat(60_000)}`],
    ['comments without end', `<a/>${'<!--'.repeat(15_000)}`],
    ['quotes without end', `<a ${`"'`.repeat(30_000)}`],
    ['document types without end', '<!DOCTYPE a ['.repeat(5_000)],
  ])('with %s is judged in no time', (_what, text) => {
    const before = process.cpuUsage();

    expect(isComplete('a.xml', text)).toBe(false);

    // Quadratic work would take minutes. Of the processor: the machine may have others to serve.
    expect(process.cpuUsage(before).user / 1000).toBeLessThan(2_000);
  });
});

describe('TIFF', () => {
  it('whose directories go round in circles is not waited for', () => {
    const content = makeTiff({ pages: 1 });
    content.writeUInt32LE(8 + 128, 8 + 128 + 2 + 24);

    expect(isComplete('a.tif', content)).toBe(true);
  });
});

test.each([
  ['a.pdf', 'PK\x03\x04 is no PDF', 'zip'],
  ['a.jpg', '\x89PNG\r\n\x1a\n....', null],
  ['a.docx', '\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 a document with a password', null],
  ['a.tif', 'plain text, whatever it is called', null],
  ['a.html', '<p>not closed', null],
  ['a.txt', 'x', null],
  ['noextension', 'just text', null],
])('%s that begins with %j is checked as %s', (name, start, format) => {
  expect(ending(name, Buffer.from(start, 'latin1')).format).toBe(format);
});

test('a file too short to be what it is called is incomplete', () => {
  expect(isComplete('a.pdf', '%PD')).toBe(false);
  expect(isComplete('a.txt', 'abc')).toBe(true);
});
