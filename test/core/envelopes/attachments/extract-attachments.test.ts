import { deflateRawSync, gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import type { EnvelopeAttachment } from '#contract/model/envelope';
import { EnvelopeLimits } from '#contract/model/envelope';
import { extractAttachments } from '#core/envelopes/attachments/extract-attachments';
import { bufferBytes } from '#core/envelopes/bytes/byte-source';
import { makePivot } from '../../../envelopes/make-chorus.ts';
import { makeCii, makeUbl } from '../../../envelopes/make-invoices.ts';
import { base64Lines, makePes } from '../../../envelopes/make-pes.ts';
import { makeZip } from '../../../envelopes/make-zip.ts';
import { noSignal, readFile, refusal } from '../../../envelopes/units.ts';
import { makePdf } from '../../../helpers/make-pdf.ts';
import { seededBytes } from '../../../helpers/seeded-bytes.ts';
import { useTempDir } from '../../../helpers/temp-dir.ts';

const dir = useTempDir();
const pdf = makePdf(3000);

type Taken = { name: string; bytes: Buffer | null; failure: string | null };

/** Everything the file carries, taken out; null bytes = discarded. */
async function takeAll(file: Buffer, wanted?: (one: EnvelopeAttachment) => boolean) {
  const envelope = await readFile(dir(), 'file.xml', file);
  const attachments = envelope.documents.flatMap((document) => document.attachments);
  const bytes = new Map<number, Buffer | null>();
  const results = await extractAttachments(
    bufferBytes('file.xml', file),
    attachments.filter(wanted ?? (() => true)),
    {
      sinkFor: ({ index }) => {
        const chunks: Buffer[] = [];
        return {
          write: (chunk) => void chunks.push(chunk),
          end: () => void bytes.set(index, Buffer.concat(chunks)),
          discard: () => void bytes.set(index, null),
        };
      },
      limits: EnvelopeLimits.parse({}),
      spoolDir: dir(),
      signal: noSignal(),
    },
  );
  return results.map(({ attachment, name, failure }): Taken => ({
    name,
    bytes: bytes.get(attachment.index) ?? null,
    failure: failure?.code ?? null,
  }));
}

const pesWith = (text: string): Buffer => makePes({ attachments: [{ text }] });
const pivotWith = (content: Buffer): Buffer =>
  makePivot({ invoices: [{ attachments: [{ name: 'F.pdf', type: '01', content }] }] });

describe('extractAttachments', () => {
  it.each([
    ['gzip, as the rule for a PES is', pesWith(base64Lines(gzipSync(pdf)))],
    ['gzip on one line', pesWith(gzipSync(pdf).toString('base64'))],
    [
      'gzip with the line ends of Java',
      pesWith(base64Lines(gzipSync(pdf)).replaceAll('\n', '&#13;\n')),
    ],
    ['gzip in a CDATA section', pesWith(`<![CDATA[${base64Lines(gzipSync(pdf))}]]>`)],
    ['the file itself in a PES', pesWith(pdf.toString('base64'))],
    ['a zip in a PES', pesWith(makeZip([{ name: 'a.pdf', bytes: pdf }]).toString('base64'))],
    ['a zip, as Chorus does', pivotWith(makeZip([{ name: 'a.pdf', bytes: pdf }]))],
    ['a streamed zip', pivotWith(makeZip([{ name: 'a.pdf', bytes: pdf, packing: 'streamed' }]))],
    ['a stored zip', pivotWith(makeZip([{ name: 'a.pdf', bytes: pdf, packing: 'stored' }]))],
    ['the file itself in a pivot', pivotWith(pdf)],
    ['an attachment of a UBL invoice', makeUbl({ attachment: { name: 'F.pdf', bytes: pdf } })],
    ['an attachment of a CII invoice', makeCii({ attachment: { name: 'F.pdf', bytes: pdf } })],
  ])('takes out what is packed as %s', async (_packing, file) => {
    const [taken] = await takeAll(file);
    expect(taken?.failure).toBeNull();
    expect(taken?.bytes?.equals(pdf)).toBe(true);
    expect(taken?.name).toMatch(/\.pdf$/u);
  });

  it.each([
    ['an element that is blank', pesWith('  \n '), 'envelope.warning.attachmentEmpty'],
    [
      'base64 of nothing known',
      pesWith(seededBytes(9000).toString('base64')),
      'envelope.warning.attachmentUnreadable',
    ],
    [
      'a gzip that is cut',
      pesWith(gzipSync(pdf).subarray(0, 500).toString('base64')),
      'envelope.attachmentDamaged',
    ],
    [
      'a gzip with a wrong byte',
      pesWith(damaged(gzipSync(seededBytes(5000))).toString('base64')),
      'envelope.attachmentDamaged',
    ],
    [
      'a zip that is cut',
      pivotWith(makeZip([{ name: 'a.pdf', bytes: pdf }]).subarray(0, 400)),
      'envelope.attachmentDamaged',
    ],
    [
      'a zip whose checksum is wrong',
      pivotWith(makeZip([{ name: 'a.pdf', bytes: pdf, crc: 1 }])),
      'envelope.attachmentDamaged',
    ],
  ])('reports %s and leaves no part of it', async (_what, file, code) => {
    const [taken] = await takeAll(file);
    expect(taken?.failure).toBe(code);
    expect(taken?.bytes).toBeNull();
  });

  it('goes on behind a damaged attachment', async () => {
    const attachments = [
      { text: gzipSync(pdf).subarray(0, 90).toString('base64') },
      { bytes: pdf },
    ];
    const [first, second] = await takeAll(makePes({ attachments }));
    expect(first?.failure).toBe('envelope.attachmentDamaged');
    expect(second?.bytes?.equals(pdf)).toBe(true);
  });

  it('takes out only what is wanted', async () => {
    const attachments = ['a', 'b', 'c'].map((seed) => ({ bytes: makePdf(2000, seed) }));
    const taken = await takeAll(makePes({ attachments }), ({ index }) => index === 1);
    expect(taken.map(({ bytes }) => bytes?.equals(makePdf(2000, 'b')))).toEqual([true]);
  });

  it('hands an archive of several files over as it is, with its extension', async () => {
    const zip = makeZip([
      { name: 'a.txt', bytes: 'a' },
      { name: 'b.txt', bytes: 'b' },
    ]);
    const [taken] = await takeAll(pivotWith(zip));
    expect(taken?.name).toBe('F.pdf.zip');
    expect(taken?.bytes?.equals(zip)).toBe(true);
  });

  it('keeps an office document whole, though it is a zip', async () => {
    const docx = makeZip([
      { name: '[Content_Types].xml', bytes: '<Types/>' },
      { name: 'word/document.xml', bytes: '<w/>' },
    ]);
    const [taken] = await takeAll(pivotWith(docx));
    expect(taken?.bytes?.equals(docx)).toBe(true);
  });

  it('unwraps a zip too large for memory in the spool, and leaves nothing there', async () => {
    const large = seededBytes(6_000_000);
    const zip = makeZip([{ name: 'a.bin', bytes: large, packing: 'stored' }]);
    const [taken] = await takeAll(pivotWith(zip));
    expect(taken?.bytes?.equals(large)).toBe(true);
  });

  it('refuses an attachment that is a bomb', async () => {
    const bomb = gzipSync(Buffer.alloc(150_000_000), { level: 9 });
    expect(await refusal(takeAll(pesWith(bomb.toString('base64'))))).toMatchObject({
      code: 'envelope.bomb',
    });
  });
});

function damaged(bytes: Buffer): Buffer {
  const copy = Buffer.from(bytes);
  copy[copy.length - 6]! ^= 0xff;
  return copy;
}

it('reads a raw deflate of nothing as damaged, not as a file', async () => {
  const [taken] = await takeAll(pesWith(deflateRawSync(pdf).toString('base64')));
  expect(taken?.bytes).toBeNull();
});
