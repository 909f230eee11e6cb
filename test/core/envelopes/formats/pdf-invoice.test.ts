import { describe, expect, it } from 'vitest';
import { EnvelopeLimits } from '#contract/model/envelope';
import { bufferBytes, type ByteSource } from '#core/envelopes/bytes/byte-source';
import { invoiceInPdf } from '#core/envelopes/formats/pdf-invoice';
import { makeCii, makeFacturx } from '../../../envelopes/make-invoices.ts';
import { makePdfWithFiles, PDF_SHAPES } from '../../../envelopes/make-pdf-with-files.ts';
import { noSignal } from '../../../envelopes/units.ts';
import { makePdf } from '../../../helpers/make-pdf.ts';
import { seededBytes } from '../../../helpers/seeded-bytes.ts';

const limits = EnvelopeLimits.parse({});
const look = (bytes: Buffer) => invoiceInPdf(bufferBytes('a.pdf', bytes), limits, noSignal());

describe('invoiceInPdf', () => {
  it.each(PDF_SHAPES)('finds the invoice in a PDF of the shape "%s"', async (shape) => {
    expect(await look(makeFacturx({ shape, number: 'F-7' }))).toMatchObject({
      found: 'invoice',
      embeddedName: 'factur-x.xml',
      facts: { number: 'F-7', profile: 'urn:factur-x.eu:1p0:minimum' },
    });
  });

  it('says that a PDF is encrypted and leaves it alone', async () => {
    expect(await look(makeFacturx({ shape: 'encrypted' }))).toEqual({ found: 'encrypted' });
  });

  it('takes an invoice under any name', async () => {
    const files = [{ name: 'données.xml', bytes: makeCii(), mediaType: 'text/xml' }];
    expect(await look(makePdfWithFiles(files, 'utf-16 names'))).toMatchObject({
      found: 'invoice',
      embeddedName: 'données.xml',
    });
  });

  it('takes no other XML for an invoice, whatever it is called', async () => {
    const files = [
      { name: 'factur-x.xml', bytes: Buffer.from('<note/>'), mediaType: 'text/xml' },
      { name: 'broken.xml', bytes: Buffer.from('<note'), mediaType: 'text/xml' },
    ];
    expect(await look(makePdfWithFiles(files))).toEqual({ found: 'nothing' });
  });

  it('finds nothing in an ordinary PDF', async () => {
    expect(await look(makePdf(5000))).toEqual({ found: 'nothing' });
  });

  it('calls a PDF damaged when there is nothing to hold on to', async () => {
    const bytes = Buffer.concat([Buffer.from('%PDF-1.7\n'), seededBytes(50_000)]);
    expect(await look(bytes)).toEqual({ found: 'damaged' });
  });

  it('survives a stream that blows up', async () => {
    const files = [
      { name: 'factur-x.xml', bytes: Buffer.alloc(60_000_000), mediaType: 'text/xml' },
    ];
    expect(await look(makePdfWithFiles(files, 'compressed'))).toEqual({ found: 'nothing' });
  });

  it('reads only a little of a large PDF', async () => {
    const page = { name: 'page.bin', bytes: seededBytes(30_000_000) };
    const pdf = makePdfWithFiles([
      page,
      { name: 'factur-x.xml', bytes: Buffer.from('<x/>'), mediaType: 'text/xml' },
    ]);
    let bytesRead = 0;
    const whole = bufferBytes('a.pdf', pdf);
    const counting: ByteSource = {
      ...whole,
      open: async () => {
        const opened = await whole.open();
        return {
          ...opened,
          read: (into, length, position) => {
            bytesRead += length;
            return opened.read(into, length, position);
          },
        };
      },
    };
    await invoiceInPdf(counting, limits, noSignal());
    expect(bytesRead).toBeLessThan(200_000);
  });
});
