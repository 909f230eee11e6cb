// National exchange files and bare invoices, one by one: kind, layer, and the data that a COLD job gets.
import { describe, expect, it } from 'vitest';
import type { Envelope } from '#contract/model/envelope';
import {
  acteIdOf,
  makeActe,
  makeAnomaly,
  makeArActe,
  makeCtesArchive,
  makeCtesEnvelope,
} from '../../envelopes/make-actes.ts';
import { makePivot, makeStatus, pdfInZip } from '../../envelopes/make-chorus.ts';
import { makeCii, makeFacturx, makeUbl, makeZugferd1 } from '../../envelopes/make-invoices.ts';
import { makeAck, makePes, makePesRetour } from '../../envelopes/make-pes.ts';
import { makeZip } from '../../envelopes/make-zip.ts';
import { filesByRole, readDeposit, readFile, refusal } from '../../envelopes/units.ts';
import { ENCODINGS } from '../../envelopes/xml-text.ts';
import { makePdf } from '../../helpers/make-pdf.ts';
import { useTempDir } from '../../helpers/temp-dir.ts';

const dir = useTempDir();
const read = (bytes: Buffer | string, name = 'any.bin'): Promise<Envelope> =>
  readFile(dir(), name, bytes);
const index = ({ documents }: Envelope) => documents[0]!.index;

describe('acte_nature', () => {
  it('is read from an archive, whatever prefix its producer chose', async () => {
    const envelope = await read(makeCtesArchive({ prefix: 'ns1', encoding: 'utf-8' }));
    expect(envelope).toMatchObject({ kind: 'acte_nature', layer: 'national', warnings: [] });
    expect(index(envelope)).toMatchObject({
      type: 'acte_nature',
      id: acteIdOf(),
      title: 'Délibération du conseil : été à la plage',
      date: '2026-03-14',
      org_id: '491011698',
      nature_code: '1',
      nature_label: 'Délibérations',
      numero: '2026_014',
      classification: '3.2',
      id_acte: acteIdOf(),
    });
    expect(Object.keys(filesByRole(envelope))).toEqual(['act', 'annex', 'message', 'envelope']);
    expect(envelope.documents[0]!.main).toEqual({
      from: 'file',
      name: `99_DE-${acteIdOf()}-1-1_1.pdf`,
    });
  });

  it.each(ENCODINGS)('is read from a message in %s', async (encoding) => {
    const envelope = await read(makeActe({ encoding }));
    expect(index(envelope)['title']).toBe('Délibération du conseil : été à la plage');
  });

  it('names the files that a message announces and that are not there', async () => {
    const { warnings } = await read(makeActe({ documents: ['a.pdf'] }));
    expect(warnings).toEqual([
      { code: 'envelope.warning.missing', params: { name: 'a.pdf', field: 'Acte' } },
    ]);
  });

  it('is a bare file when a receipt comes alone, linked to its act', async () => {
    const act = await read(makeCtesArchive());
    const receipt = await read(makeArActe());
    expect(receipt).toMatchObject({ kind: 'acte_nature', layer: 'bare' });
    expect(index(receipt)).toMatchObject({ form: 'ar_acte', date_ar: '2026-03-16' });
    expect(receipt.documents[0]).toMatchObject({
      isAnswer: true,
      linkKey: act.documents[0]!.linkKey,
    });
    expect(act.documents[0]!.isAnswer).toBe(false);
  });

  it('takes the only PDF beside a receipt for the act', async () => {
    const files = { 'ar.xml': makeArActe(), 'acte.pdf': makePdf() };
    const envelope = await readDeposit(dir(), files);
    expect(filesByRole(envelope)).toEqual({ act: ['acte.pdf'], acknowledgement: ['ar.xml'] });
  });

  it('tells why an act was refused by the prefecture', async () => {
    const envelope = await read(makeAnomaly());
    expect(index(envelope)).toMatchObject({
      form: 'anomalie_acte',
      date: '2026-03-17',
      motif: '002 Classification périmée',
    });
  });

  it('is recognised in the list of an archive, too, though nothing lies beside it', async () => {
    const envelope = await read(makeCtesEnvelope(['x-1-1_0.xml']), 'EACT--1.xml');
    expect(index(envelope)).toMatchObject({ form: 'enveloppe_clmisill', id: 'EACT--1' });
  });
});

describe('helios', () => {
  it.each(ENCODINGS)('is read in %s', async (encoding) => {
    const envelope = await read(makePes({ encoding, prefix: 'n1' }));
    expect(envelope).toMatchObject({ kind: 'helios', layer: 'national' });
    expect(index(envelope)).toMatchObject({ libelle_budget: "Commune de l'Été" });
  });

  it('gives the data of a PES, vouchers summed exactly', async () => {
    const vouchers = [
      { year: '2026', id: '14', amount: '0.10' },
      { year: '2026', id: '15', amount: '0.20' },
    ];
    expect(index(await read(makePes({ vouchers })))).toMatchObject({
      id: 'PESALR2_21340172201787_260314_001.xml',
      amount: '0.30',
      org_id: '21340172201787',
      counterpart: 'FOURNISSEUR TEST',
      typ_fic: 'PESALR2',
      exercice: '2026',
      bordereaux: ['14', '15'],
      pieces_count: '2',
      ack_state: '',
      domaines: ['PES_DepenseAller', 'PES_PJ'],
    });
  });

  it('sums all vouchers of a PES, and names the first ten thousand', async () => {
    const vouchers = Array.from({ length: 10_500 }, (_, i) => ({
      ...{ year: '2026', id: `${i}`, amount: '1.50' },
    }));
    const values = index(await read(makePes({ vouchers })));

    expect(values).toMatchObject({ amount: '15750.00', exercice: '2026', pieces_count: '10500' });
    expect(values['bordereaux']).toHaveLength(10_000);
    expect(values['bordereaux']).toContain('9999');
  });

  it('tells a partial refusal element by element', async () => {
    const errors = [{ piece: '20', line: '1', code: 'ERREUR_AUTRE', label: '1971 - à tort' }];
    const envelope = await read(
      makeAck([
        { domain: '4', state: '1', uniqueId: 'A' },
        { domain: '5', state: '0', voucher: '14', errors },
        { domain: '4', state: '0', uniqueId: 'B' },
      ]),
    );
    expect(index(envelope)).toMatchObject({
      form: 'pes_acquit',
      ack_state: 'partial',
      ack_refusals: ['5 | 2026/14 | 20.1 | ERREUR_AUTRE | 1971 - à tort', '4 | B'],
    });
    expect(envelope.documents[0]!.refusals).toHaveLength(2);
  });

  it.each([
    [[{ domain: '5', state: '1' }] as const, 'accepted'],
    [[{ domain: '5', state: '0' }] as const, 'refused'],
    [[] as const, ''],
  ])('calls %j %s', async (elements, state) => {
    expect(index(await read(makeAck(elements)))['ack_state']).toBe(state);
  });

  it('links an acknowledgement by the name inside, with or without .xml', async () => {
    const pes = await read(makePes({ nomFic: 'PES-1.xml' }));
    const ack = await read(
      makeAck([{ domain: '5', state: '1' }], { nomFic: 'pes-1', idColl: '9' }),
    );
    expect(ack.documents[0]).toMatchObject({
      isAnswer: true,
      linkKey: pes.documents[0]!.linkKey,
    });
  });

  it('joins a PES and its acknowledgement that come in one zip', async () => {
    const zip = makeZip([
      { name: 'X.xml', bytes: makePes() },
      { name: 'X_ack.xml', bytes: makeAck([{ domain: '5', state: '1' }]) },
    ]);
    const envelope = await read(zip);
    expect(envelope.documents).toHaveLength(1);
    expect(index(envelope)).toMatchObject({ form: 'pes_aller', ack_state: 'accepted' });
  });

  it('makes a document of each PES of a zip', async () => {
    const zip = makeZip([
      { name: '1.xml', bytes: makePes({ nomFic: 'one' }) },
      { name: '2.xml', bytes: makePes({ nomFic: 'two' }) },
    ]);
    const { documents } = await read(zip);
    expect(documents.map(({ id, files }) => [id, files])).toEqual([
      ['one', ['1.xml']],
      ['two', ['2.xml']],
    ]);
  });

  it('reads a restitution', async () => {
    expect(index(await read(makePesRetour()))).toMatchObject({
      form: 'pes_retour',
      exercice: '2026',
    });
  });

  it('names attachments that are blank or unreadable, and keeps the PES', async () => {
    const attachments = [{ text: ' ' }, { text: 'AAECAwQFBgc=' }, { bytes: makePdf() }];
    const envelope = await read(makePes({ attachments }));
    expect(envelope.warnings.map(({ code }) => code)).toEqual([
      'envelope.warning.attachmentEmpty',
      'envelope.warning.attachmentUnreadable',
    ]);
    expect(envelope.documents[0]!.attachments.map(({ packing }) => packing)).toEqual([
      'empty',
      'unknown',
      'gzip',
    ]);
  });
});

describe('chorus_fact', () => {
  it.each(['Pivot', 'Mixte'] as const)('is read from a CPPFacture%s', async (form) => {
    const envelope = await read(makePivot({ form }));
    expect(envelope).toMatchObject({ kind: 'chorus_fact', layer: 'national', warnings: [] });
    expect(index(envelope)).toMatchObject({
      id: '32682006500083-FAC-2026-0117',
      title: 'FAC-2026-0117',
      date: '2026-02-19',
      amount: '1234.56',
      org_id: '21930053000017',
      counterpart: "SARL L'Été",
      type_facture: '380',
      cadre: 'A1',
      service_code: 'GN5',
      engagement: '2412345673',
      marche: '175191/0/175191',
      ht: '1028.80',
      ttc: '1234.56',
      statut: 'Déposée',
    });
    expect(envelope.documents[0]!.main).toEqual({ from: 'attachment', name: 'FAC20260117.pdf' });
  });

  it('makes a document of each invoice, and does not believe the counter', async () => {
    const invoices = ['A', 'B', 'C'].map((number) => ({ number }));
    const { documents, warnings } = await read(makePivot({ invoices, counter: 7 }));
    expect(documents.map(({ title, attachments }) => [title, attachments.length])).toEqual([
      ['A', 2],
      ['B', 2],
      ['C', 2],
    ]);
    expect(documents[2]!.attachments.map((one) => one.index)).toEqual([4, 5]);
    expect(warnings).toEqual([
      {
        code: 'envelope.warning.invoiceCount',
        params: { name: 'any.bin', declared: '7', count: 3 },
      },
    ]);
  });

  it('shows the picture Chorus made, when the invoice itself came as data', async () => {
    const attachments = [
      { name: 'F.xml', type: '01', content: Buffer.from('<Invoice/>') },
      { name: 'PJ00F.pdf', type: '02', content: pdfInZip('PJ00F.pdf') },
    ] as const;
    const envelope = await read(makePivot({ invoices: [{ attachments }] }));
    expect(envelope.documents[0]!.main.name).toBe('PJ00F.pdf');
  });

  it('takes files beside a pivot for those it names', async () => {
    const envelope = await readDeposit(dir(), {
      'PivotS.xml': makePivot(),
      '123_1/FAC20260117.pdf': makePdf(2000, 1),
      '123_1/BL20260117.pdf': makePdf(2000, 2),
    });
    expect(envelope.documents[0]!.main).toEqual({ from: 'file', name: '123_1/FAC20260117.pdf' });
  });

  it('does not take a status return for an invoice', async () => {
    expect(await refusal(read(makeStatus()))).toEqual({
      code: 'envelope.chorusStatus',
      params: { name: 'any.bin', invoice: 'FAC-2026-0117', status: 'Service fait', count: 1 },
    });
  });
});

const invoiceData = {
  title: 'F2026-0042',
  date: '2026-04-02',
  amount: '120.00',
  org_id: '21930053000017',
  counterpart: "L'Été SARL",
  fournisseur_id: '32682006500083',
  fournisseur_tva: 'FR11326820065',
  acheteur_nom: 'Commune',
  echeance: '2026-05-02',
  service_code: 'SERVICE',
  engagement: 'BC-7',
  ht: '100.00',
  tva: '20.00',
  ttc: '120.00',
  net: '110.00',
  devise: 'EUR',
};

describe('bare invoices', () => {
  it.each([
    ['ubl', 'UBL', makeUbl()],
    ['cii', 'CII', makeCii()],
    ['cii', 'ZUGFeRD 1', makeZugferd1()],
    ['cii', 'CII with a byte order mark', makeCii({ encoding: 'utf-8 with mark' })],
    ['facturx', 'Factur-X', makeFacturx()],
  ])('are read as %s from %s', async (kind, _what, bytes) => {
    const envelope = await read(bytes);
    expect(envelope).toMatchObject({ kind, layer: 'bare' });
    expect(index(envelope)).toMatchObject({ type: kind, ...invoiceData });
  });

  it.each([
    ['UBL', makeUbl({ isCreditNote: true })],
    ['CII', makeCii({ isCreditNote: true })],
  ])('say that they are credit notes (%s)', async (_syntax, bytes) => {
    expect(index(await read(bytes))).toMatchObject({ form: 'credit_note', type_facture: '381' });
  });

  it('count as chorus_fact where that is set', async () => {
    const envelope = await readFile(dir(), 'f.xml', makeUbl(), { bareInvoices: 'chorus_fact' });
    expect(envelope).toMatchObject({ kind: 'chorus_fact', layer: 'bare' });
    expect(index(envelope)).toMatchObject({ type: 'chorus_fact', syntaxe: 'ubl' });
  });

  it('go to quarantine where they are not wanted, with their number', async () => {
    const work = readFile(dir(), 'f.pdf', makeFacturx(), { bareInvoices: 'refuse' });
    expect(await refusal(work)).toEqual({
      code: 'envelope.bareInvoice',
      params: { name: 'f.pdf', kind: 'facturx', number: 'F2026-0042' },
    });
  });

  it('are several documents when an archive holds several', async () => {
    const zip = makeZip([
      { name: '1.xml', bytes: makeUbl({ number: 'A' }) },
      { name: '2.xml', bytes: makeCii({ number: 'B' }) },
    ]);
    expect((await read(zip)).documents.map(({ title }) => title)).toEqual(['A', 'B']);
  });
});
