// Complete Pastell deposits in any combination of the depositor's options: always the same envelope, always whole.
import { mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { EnvelopeSettings } from '#contract/model/envelope';
import { planUnits } from '#core/envelopes/unit/plan-units';
import {
  DEPOSIT_VALUES,
  type DepositOptions,
  depositDefaults,
} from '../../envelopes/deposit-options.ts';
import { makeDeposit, type MadeDeposit, writeDeposit } from '../../envelopes/make-deposit.ts';
import { filesByRole, noSignal, readOnlyUnit, readPlan } from '../../envelopes/units.ts';
import { makeTempDir, removeTempDir, useTempDir } from '../../helpers/temp-dir.ts';

const dir = useTempDir();

async function readMade(root: string, options: Partial<DepositOptions>) {
  const deposit = makeDeposit({ ...depositDefaults, ...options });
  const folder = join(root, 'root');
  await mkdir(folder);
  await writeDeposit(folder, deposit);
  const setting = deposit.options.marker === 'renamed' ? { endMarker: 'FINI.ok' } : {};
  return { deposit, envelope: await readOnlyUnit(folder, setting) };
}

/** Main document where names or contents still lead to it. */
const MAIN = {
  acte_nature: (d: MadeDeposit) => d.byField.get('acte_tamponne') ?? d.byField.get('arrete'),
  helios: (d: MadeDeposit) => d.byField.get('visuel_pdf') ?? d.byField.get('fichier_pes'),
  chorus_fact: (d: MadeDeposit) => d.byField.get('fichier_facture_pdf'),
} as const;

describe('a Pastell deposit', () => {
  const any = Object.fromEntries(
    Object.entries(DEPOSIT_VALUES).map(([key, values]) => [key, fc.constantFrom(...values)]),
  );
  const options = fc
    .record(any as { [K in keyof DepositOptions]: fc.Arbitrary<DepositOptions[K]> })
    // Loose files: see below. Without metadata an act that has no receipt is nothing but PDF files.
    .filter(({ container }) => container !== 'root')
    .filter(
      ({ kind, metadata, returns, files }) =>
        kind !== 'acte_nature' || metadata !== 'none' || (returns && files === 'all'),
    );

  it('is recognised the same and whole in any combination of options', async () => {
    await fc.assert(
      fc.asyncProperty(options, async (chosen) => {
        const root = await makeTempDir();
        try {
          const { deposit, envelope } = await readMade(root, chosen);
          expect(envelope.kind).toBe(chosen.kind);
          expect(envelope.layer === 'deposit').toBe(chosen.metadata !== 'none');
          const names = envelope.files.map(({ name }) => name.slice(name.lastIndexOf('/') + 1));
          const delivered = deposit.files.filter(({ name }) => name !== deposit.markerName);
          expect(names.toSorted()).toEqual(delivered.map(({ name }) => name).toSorted());
          expect(envelope.documents).toHaveLength(1);
        } finally {
          await removeTempDir(root);
        }
      }),
      { numRuns: 150 },
    );
  });

  it('begins with its main document and ends with its metadata, whatever its files are called', async () => {
    const named = fc.record({
      kind: fc.constantFrom(...DEPOSIT_VALUES.kind),
      metadata: fc.constantFrom('xml', 'json', 'yaml', 'manifest'),
      metadataName: fc.constantFrom(...DEPOSIT_VALUES.metadataName),
      fileNames: fc.constantFrom('original', 'pastell', 'windows', 'decomposed'),
      container: fc.constantFrom('folder', 'zip'),
      returns: fc.boolean(),
    });
    await fc.assert(
      fc.asyncProperty(named, async (chosen) => {
        const root = await makeTempDir();
        try {
          const { deposit, envelope } = await readMade(root, chosen);
          expect(envelope.files[0]!.name).toBe(MAIN[chosen.kind](deposit)![0]);
          expect(envelope.files.at(-1)!.role).toBe('metadata');
          expect(envelope.warnings).toEqual([]);
          expect(envelope.documents[0]!.title).toBe(deposit.title.replaceAll(/\s+/gu, ' '));
        } finally {
          await removeTempDir(root);
        }
      }),
      { numRuns: 60 },
    );
  });

  it('gives each file the role of its field and the name its sender gave it', async () => {
    const { envelope } = await readMade(dir(), { fileNames: 'pastell' });
    expect(filesByRole(envelope)).toEqual({
      stamped: ['Ab3xZ9.yml_acte_tamponne_0'],
      act: ['Ab3xZ9.yml_arrete_0'],
      annex: ['Ab3xZ9.yml_autre_document_attache_0', 'Ab3xZ9.yml_autre_document_attache_1'],
      acknowledgement: ['Ab3xZ9.yml_aractes_0'],
      receipt: ['Ab3xZ9.yml_bordereau_0'],
      metadata: ['metadata.json'],
    });
    expect(envelope.files[1]!.originalName).toBe('Délibération 1/2 : été.pdf');
  });

  it.each([
    [
      'acte_nature',
      {
        id: '034-491011698-20260314-2026_014-DE',
        classification: '3.2',
        classification_label: 'Aliénations',
        date_ar: '2026-03-16',
        nature_label: 'Délibérations',
      },
    ],
    ['helios', { amount: '4874.40', ack_state: 'accepted', exercice: '2026', bordereaux: ['14'] }],
    [
      'chorus_fact',
      { id: '1221', id_cpp: '1221', statut: 'MISE_A_DISPOSITION', ttc: '1234.56', net: '1234.56' },
    ],
  ] as const)('gives the data of metadata and exchange files together (%s)', async (kind, data) => {
    const { envelope } = await readMade(dir(), { kind });
    expect(envelope.documents[0]!.index).toMatchObject(data);
  });

  it('says which of two files with one name was overwritten, and waits for nothing', async () => {
    const { envelope } = await readMade(dir(), { sameName: true });
    expect(envelope.warnings).toEqual([
      {
        code: 'envelope.warning.sameName',
        params: { name: 'Délibération 1/2 : été.pdf', fields: 'arrete, autre_document_attache' },
      },
    ]);
  });

  it('names the listed files that were never deposited', async () => {
    const { envelope } = await readMade(dir(), { files: 'main only', returns: false });
    expect(envelope.warnings.map(({ params }) => params['name'])).toEqual([
      'Annexe 1.pdf',
      'Annexe "2".pdf',
    ]);
  });

  it('finds the files of a pattern by what they are, where names do not lead to them', async () => {
    const { envelope } = await readMade(dir(), { kind: 'helios', fileNames: 'pattern' });
    expect(filesByRole(envelope)).toMatchObject({
      pes: ['2026_014_fichier_pes_0.xml'],
      acknowledgement: ['2026_014_pes_acquit_0.xml'],
    });
  });
});

describe('deposits of loose files', () => {
  const settings = EnvelopeSettings.parse({});

  async function planned(folder: string) {
    const plans = await planUnits(folder, { settings, folders: 'always', signal: noSignal() });
    return plans.toSorted((a, b) => a.name.localeCompare(b.name));
  }

  it('are told apart by their metadata files', async () => {
    const folder = join(dir(), 'root');
    for (const kind of DEPOSIT_VALUES.kind) {
      const made = makeDeposit({ ...depositDefaults, kind, container: 'root' });
      const files = made.files.map((file) => ({
        ...file,
        name: file.name === 'metadata.json' ? `${kind}.json` : file.name,
      }));
      await writeDeposit(folder, { ...made, files });
    }
    const plans = await planned(folder);
    expect(plans.map(({ name, shape }) => [name, shape])).toEqual([
      ['acte_nature.json', 'group'],
      ['chorus_fact.json', 'group'],
      ['helios.json', 'group'],
    ]);
    const grouped = plans.reduce((sum, { files }) => sum + files.length, 0);
    expect(grouped).toBe((await readdir(folder)).length);
    for (const plan of plans) {
      const { kind } = await readPlan(plan, join(dir(), 'x'), settings);
      expect(`${kind}.json`).toBe(plan.name);
    }
  });
});
