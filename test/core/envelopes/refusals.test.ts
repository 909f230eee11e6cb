// What is not taken, and the reason a person reads for it.
import { mkdir, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { EnvelopeSettings } from '#contract/model/envelope';
import { inspectUnit } from '#core/envelopes/recognise';
import { makeArActe, makeCtesArchive } from '../../envelopes/make-actes.ts';
import { makePivot } from '../../envelopes/make-chorus.ts';
import { makeUbl } from '../../envelopes/make-invoices.ts';
import { makePes } from '../../envelopes/make-pes.ts';
import { makeZip } from '../../envelopes/make-zip.ts';
import {
  type Files,
  noSignal,
  readDeposit,
  readFile,
  readOnlyUnit,
  refusal,
  type Setting,
  writeFiles,
} from '../../envelopes/units.ts';
import { makePdf } from '../../helpers/make-pdf.ts';
import { useTempDir } from '../../helpers/temp-dir.ts';

const dir = useTempDir();
const acte = JSON.stringify({ acte_nature: '1', numero_de_lacte: '7', arrete: ['a.pdf'] });
const helios = JSON.stringify({ fichier_pes: ['pes.xml'] });
const ofFiles = (files: Files, setting?: Setting) => refusal(readDeposit(dir(), files, setting));
const ofFile = (bytes: Buffer | string, name = 'a.xml', setting?: Setting) =>
  refusal(readFile(dir(), name, bytes, setting));

describe('a contradiction', () => {
  it('between metadata and content is told with both sides', async () => {
    expect(
      await ofFiles({ 'metadata.json': acte, 'a.pdf': makePdf(), 'b.xml': makePes() }),
    ).toEqual({
      code: 'envelope.contradiction',
      params: {
        file: 'metadata.json',
        sign: 'acte_nature, numero_de_lacte',
        kind: 'acte_nature',
        otherFile: 'b.xml',
        otherSign: 'PES_Aller',
        otherKind: 'helios',
      },
    });
  });

  it.each<[string, Files]>([
    [
      'two keys of one map',
      {
        'metadata.json': JSON.stringify({ acte_nature: '1', fichier_pes: ['a'] }),
        'a.pdf': makePdf(),
      },
    ],
    [
      'the type of a manifest and its keys',
      {
        'manifest.xml': '<flux type="helios-generique"><data name="acte_nature" value="1"/></flux>',
        'a.pdf': makePdf(),
      },
    ],
    ['two exchange files', { 'a.xml': makePes(), 'b.xml': makePivot() }],
    [
      'a receipt of an act in a PES deposit',
      { 'metadata.json': helios, 'pes.xml': makePes(), 'ar.xml': makeArActe() },
    ],
  ])('between %s is refused', async (_what, files) => {
    expect((await ofFiles(files)).code).toBe('envelope.contradiction');
  });

  it('between two files that both say they are the metadata is refused', async () => {
    const files = { 'one.json': acte, 'two.json': acte, 'a.pdf': makePdf() };
    expect((await ofFiles(files)).code).toBe('envelope.severalMetadata');
  });

  it('between the key of a PES and a file that is none is refused', async () => {
    expect(await ofFiles({ 'metadata.json': helios, 'pes.xml': '<other/>' })).toEqual({
      code: 'envelope.keyFile',
      params: { name: 'pes.xml', field: 'fichier_pes', root: 'other' },
    });
  });
});

describe('no contradiction', () => {
  it('lies in the budget that an act of nature 5 carries', async () => {
    const budget = '<DocumentBudgetaire xmlns="http://www.minefi.gouv.fr/cp/demat/docbudgetaire"/>';
    const files = { 'metadata.json': acte.replace('a.pdf', 'budget.xml'), 'budget.xml': budget };
    expect((await readDeposit(dir(), files)).kind).toBe('acte_nature');
  });

  it('lies in the invoice that a Chorus deposit carries as data', async () => {
    const metadata = JSON.stringify({ id_facture_cpp: '1', facture_pj_01: ['f.xml'] });
    const files = { 'metadata.json': metadata, 'f.xml': makeUbl(), 'p.xml': makePivot() };
    expect((await readDeposit(dir(), files)).kind).toBe('chorus_fact');
  });

  it('lies in a web page or a broken XML file among the annexes: they are told', async () => {
    const files = {
      'metadata.json': acte,
      'a.pdf': makePdf(),
      'page.html': '<!DOCTYPE html><p>',
      'b.xml': '<a <b',
    };
    const { warnings } = await readDeposit(dir(), files);
    expect(warnings.map(({ params }) => params)).toEqual([
      { name: 'b.xml', reason: 'envelope.xmlInvalid' },
      { name: 'page.html', reason: 'envelope.xmlDoctype' },
    ]);
  });
});

describe('something that is no envelope', () => {
  it.each([
    ['an ordinary PDF', makePdf(), 'a.pdf', 'envelope.plainPdf'],
    ['an unknown XML file', '<note xmlns="urn:x"/>', 'a.xml', 'envelope.unknownRoot'],
    ['an act in another namespace', '<Acte xmlns="urn:other"/>', 'a.xml', 'envelope.unknownRoot'],
    [
      'a schema',
      '<s:schema xmlns:s="http://www.w3.org/2001/XMLSchema"/>',
      'a.xsd',
      'envelope.xmlSchema',
    ],
    [
      'metadata of an unknown flow',
      '{"toto":"1","fichier":["a"]}',
      'metadata.json',
      'envelope.noKindKeys',
    ],
    ['other JSON', '{"listeFactures":[{"a":1}]}', 'a.json', 'envelope.foreignJson'],
    ['text', 'Bonjour', 'a.txt', 'envelope.notAnEnvelope'],
    ['nothing', '', 'a.xml', 'envelope.emptyFile'],
    ['XML with a document type', '<!DOCTYPE a><a/>', 'a.xml', 'envelope.xmlDoctype'],
    ['a PES that is cut', makePes().subarray(0, 900), 'a.xml', 'envelope.xmlTruncated'],
    [
      'an archive of archives',
      makeZip([{ name: 'a.tgz', bytes: makeCtesArchive() }]),
      'a.zip',
      'envelope.archiveNested',
    ],
    ['an empty archive', makeZip([]), 'a.zip', 'envelope.empty'],
  ])('is refused for what it is: %s', async (_what, bytes, name, code) => {
    expect((await ofFile(bytes, name)).code).toBe(code);
  });

  it('is a folder of ordinary files, too', async () => {
    expect(await ofFiles({ 'a.pdf': makePdf(), 'b.docx': 'x' })).toEqual({
      code: 'envelope.notRecognised',
      params: { name: 'deposit', count: 2 },
    });
  });

  it('is metadata without a single file', async () => {
    expect((await ofFiles({ 'metadata.json': acte })).code).toBe('envelope.onlyMetadata');
  });

  it('is a name: what a file is called proves nothing', async () => {
    const names = ['EACT--1.xml', 'PESALR2_1.xml', 'FAC1.xml'];
    for (const name of names)
      expect((await ofFile('<x/>', name)).code).toBe('envelope.unknownRoot');
  });
});

describe('limits', () => {
  it.each([
    ['a PES', makePes(), { maxPesBytes: 1000 }],
    ['an archive', makeCtesArchive(), { maxArchiveBytes: 1000 }],
    ['an act with its files', makeCtesArchive(), { maxActBytes: 1000 }],
  ])('refuse %s that is too large, and say how much is allowed', async (_what, bytes, limits) => {
    expect(await ofFile(bytes, 'a', { limits })).toMatchObject({
      code: 'envelope.tooLarge',
      params: { maxBytes: 1000 },
    });
  });

  it('refuse a folder of too many files', async () => {
    const files = { 'metadata.json': acte, 'a.pdf': makePdf(), 'b.pdf': makePdf() };
    expect((await ofFiles(files, { limits: { maxFiles: 2 } })).code).toBe('envelope.tooManyFiles');
  });

  it('refuse a folder that holds a link', async () => {
    const folder = join(dir(), 'root');
    await writeFiles(folder, { 'deposit/metadata.json': acte });
    await symlink('/etc/passwd', join(folder, 'deposit', 'a.pdf'));
    expect(await refusal(readOnlyUnit(folder))).toMatchObject({ code: 'envelope.link' });
  });

  it('refuse folders in folders without end', async () => {
    const folder = join(dir(), 'root');
    await mkdir(join(folder, 'deposit', ...'abcdefgh'), { recursive: true });
    await writeFiles(folder, { 'deposit/metadata.json': acte });
    expect((await refusal(readOnlyUnit(folder))).code).toBe('envelope.tooDeep');
  });
});

describe('an explanation', () => {
  it('lists each argument, also when the end is a refusal', async () => {
    const path = join(dir(), 'b.xml');
    const json = join(dir(), 'm.json');
    await writeFiles(dir(), { 'b.xml': makePes(), 'm.json': acte });
    const files = [
      { name: 'm.json', path: json, sizeBytes: acte.length },
      { name: 'b.xml', path, sizeBytes: makePes().length },
    ];
    const settings = EnvelopeSettings.parse({});
    const { why, verdict } = await inspectUnit(
      { shape: 'folder', name: 'x', files },
      settings,
      noSignal(),
    );
    expect(why).toEqual([
      {
        code: 'envelope.why.strong',
        params: { file: 'm.json', keys: 'acte_nature, numero_de_lacte', kind: 'acte_nature' },
      },
      {
        code: 'envelope.why.root',
        params: {
          file: 'b.xml',
          root: 'PES_Aller',
          namespace: 'http://www.minefi.gouv.fr/cp/helios/pes_v2/Rev0/aller',
          kind: 'helios',
        },
      },
    ]);
    expect(verdict.is).toBe('refused');
  });
});
