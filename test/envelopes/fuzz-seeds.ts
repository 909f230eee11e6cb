// One good envelope of every kind, container and spelling, to be spoilt.
import { gzipSync } from 'node:zlib';
import { makePdf } from '../helpers/make-pdf.ts';
import { depositDefaults } from './deposit-options.ts';
import { ctesEntries, makeActe, makeAnomaly, makeArActe } from './make-actes.ts';
import { makePivot, makeStatus } from './make-chorus.ts';
import { makeDeposit, type MadeFile } from './make-deposit.ts';
import { makeCii, makeFacturx, makeUbl, makeZugferd1 } from './make-invoices.ts';
import { PDF_SHAPES } from './make-pdf-with-files.ts';
import { makeAck, makePes, makePesRetour } from './make-pes.ts';
import { makeTar } from './make-tar.ts';
import { makeZip } from './make-zip.ts';
import { ENCODINGS } from './xml-text.ts';

export type FuzzSeed = { readonly name: string; readonly files: readonly MadeFile[] };

const one = (name: string, bytes: Buffer): FuzzSeed => ({ name, files: [{ name, bytes }] });

export function fuzzSeeds(): FuzzSeed[] {
  const pes = makePes({ attachments: [{ bytes: makePdf(9000) }, { text: ' ' }] });
  const attachment = { name: 'a.pdf', bytes: makePdf(6000) };
  const deposits = (['acte_nature', 'helios', 'chorus_fact'] as const).flatMap((kind) =>
    (['xml', 'json', 'yaml', 'manifest'] as const).map((metadata): FuzzSeed => {
      const { files } = makeDeposit({ ...depositDefaults, kind, metadata });
      return {
        name: `${kind} ${metadata}`,
        files: files.map((file) => ({ ...file, name: `d/${file.name}` })),
      };
    }),
  );
  return [
    ...deposits,
    // The tar inside is spoilt, not its packing: a spoilt gzip is found out at once.
    one('ctes.tar', makeTar(ctesEntries())),
    one('ctes.tar.gz', gzipSync(makeTar(ctesEntries()))),
    one(
      'pes.zip',
      makeZip([
        { name: 'a.xml', bytes: pes },
        { name: 'b.pdf', bytes: makePdf() },
      ]),
    ),
    one('stored.zip', makeZip([{ name: 'a.xml', bytes: pes, packing: 'stored' }])),
    one('streamed.zip', makeZip([{ name: 'a.xml', bytes: makePivot(), packing: 'streamed' }])),
    one('pes.xml', pes),
    one('ack.xml', makeAck([{ domain: '5', state: '0', voucher: '1' }])),
    one('retour.xml', makePesRetour()),
    one('acte.xml', makeActe()),
    one('ar.xml', makeArActe()),
    one('anomaly.xml', makeAnomaly()),
    one('pivot.xml', makePivot({ invoices: [{}, { number: 'B' }] })),
    one('status.xml', makeStatus()),
    one('ubl.xml', makeUbl({ attachment })),
    one('cii.xml', makeCii({ attachment })),
    one('zugferd1.xml', makeZugferd1()),
    ...ENCODINGS.map((encoding) => one(`${encoding}.xml`, makePes({ encoding }))),
    ...PDF_SHAPES.map((shape) => one(`${shape}.pdf`, makeFacturx({ shape }))),
    one('encrypted.pdf', makeFacturx({ shape: 'encrypted' })),
  ];
}
