import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { EnvelopeLimits } from '#contract/model/envelope';
import { mayBeEnvelope, recogniseFile } from '#core/envelopes/recognise-invoice';
import { makeFacturx, makeUbl } from '../../envelopes/make-invoices.ts';
import { makePes } from '../../envelopes/make-pes.ts';
import { noSignal } from '../../envelopes/units.ts';
import { encodeXml, ENCODINGS } from '../../envelopes/xml-text.ts';
import { makePdf } from '../../helpers/make-pdf.ts';
import { useTempDir } from '../../helpers/temp-dir.ts';

const dir = useTempDir();

async function recognise(bytes: Buffer | string) {
  const path = join(dir(), 'mail-part');
  await writeFile(path, bytes);
  const file = { name: 'part.bin', path, sizeBytes: Buffer.byteLength(bytes) };
  return recogniseFile(file, EnvelopeLimits.parse({}), noSignal());
}

describe('recogniseFile', () => {
  it.each([
    ['facturx', makeFacturx()],
    ['ubl', makeUbl()],
    ['helios', makePes()],
  ])('gives the virtual extension %s with the data', async (kind, bytes) => {
    const envelope = await recognise(bytes);
    expect(envelope?.kind).toBe(kind);
    expect(envelope?.documents[0]!.id).not.toBe('');
  });

  it.each([
    ['a PDF', makePdf()],
    ['an encrypted PDF', makeFacturx({ shape: 'encrypted' })],
    ['other XML', '<a/>'],
    ['XML that is cut', makeUbl().subarray(0, 1500)],
    ['XML with a document type', '<!DOCTYPE a><a/>'],
    ['text', 'Bonjour'],
    ['nothing', ''],
  ])('leaves %s the ordinary file it is', async (_what, bytes) => {
    expect(await recognise(bytes)).toBeNull();
  });
});

it.each(ENCODINGS)('looks closer at XML in %s', (encoding) => {
  expect(mayBeEnvelope(encodeXml('<a/>', encoding))).toBe(true);
});

it('does not open what cannot be an envelope', () => {
  expect(mayBeEnvelope(Buffer.from('\x89PNG\r\n', 'latin1'))).toBe(false);
});
