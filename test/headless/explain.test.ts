// `lanceur explain`: what an envelope is and why, in sentences and as JSON; and an Adullact launcher over the command line.
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { UnitExplanation } from '#contract/model/explanation';
import { depositDefaults } from '../envelopes/deposit-options.ts';
import { makePivot } from '../envelopes/make-chorus.ts';
import { makeDeposit, writeDeposit } from '../envelopes/make-deposit.ts';
import { makeFacturx } from '../envelopes/make-invoices.ts';
import { makePes } from '../envelopes/make-pes.ts';
import { makePdf } from '../helpers/make-pdf.ts';
import { useTempDir } from '../helpers/temp-dir.ts';
import { runCommand } from './run-command.ts';

const dir = useTempDir();

const lanceur = (...words: string[]) =>
  runCommand(words, { dataDir: join(dir(), 'data'), workingDir: dir() });

describe('lanceur explain', () => {
  it('says in sentences what a file is, by which evidence, and its index values', async () => {
    writeFileSync(join(dir(), 'x.bin'), makePes({ nomFic: 'FLUX1' }));
    const { code, out } = await lanceur('explain', 'x.bin');
    expect(code).toBe(0);
    expect(out).toContain('PES (Helios)');
    expect(out).toContain('the root of “x.bin” is PES_Aller');
    expect(out).toContain('nom_fic: FLUX1');
  });

  it('explains a whole deposit in French, metadata first', async () => {
    await writeDeposit(dir(), makeDeposit(depositDefaults), 'acte');
    const options = { dataDir: join(dir(), 'data'), workingDir: dir() };
    const { code, out } = await runCommand(['explain', 'acte', '--lang', 'fr'], options);
    expect(code).toBe(0);
    expect(out).toContain('numero_de_lacte');
    expect(out).toContain('Pourquoi :');
  });

  it('ends with 1 and the reason where something is not recognised', async () => {
    mkdirSync(join(dir(), 'in'));
    writeFileSync(join(dir(), 'in', 'a.xml'), '<a/>');
    writeFileSync(join(dir(), 'in', 'b.pdf'), makeFacturx());
    const { code, out, err } = await lanceur('explain', 'in');
    expect(code).toBe(1);
    expect(out).toContain('Not recognised.');
    expect(out).toContain('factur-x.xml');
    expect(err).toContain('2 units: 1 recognised, 1 refused');
  });

  it('gives scripts the same as JSON', async () => {
    writeFileSync(join(dir(), 'a.pdf'), makePdf(2000, 1));
    const { code, out } = await lanceur('explain', 'a.pdf', '--json');
    const [unit] = JSON.parse(out) as UnitExplanation[];
    expect(code).toBe(1);
    expect(unit).toMatchObject({ kind: null, reason: { code: 'envelope.plainPdf' } });
  });

  it('ends with 2 where nothing is, and without a path', async () => {
    expect((await lanceur('explain', 'nothing.xml')).code).toBe(2);
    expect((await lanceur('explain')).code).toBe(2);
  });
});

it('an Adullact launcher is imported, previewed with its reasons, and run from the command line', async () => {
  const [source, target] = [join(dir(), 'in'), join(dir(), 'cold')];
  mkdirSync(source);
  mkdirSync(target);
  writeFileSync(join(source, 'pivot.xml'), makePivot());
  writeFileSync(join(source, 'note.txt'), 'bonjour');
  writeFileSync(
    join(dir(), 'set-up.json'),
    JSON.stringify({
      format: 'lanceur-cold/1',
      accounts: [],
      jobs: [{ id: 'j', name: 'chorus', destination: { kind: 'folder', path: target } }],
      launchers: [
        {
          id: 'adu',
          description: 'Adullact Chorus',
          source: { protocol: 'adullact', path: source, envelope: { unprovenQuietSeconds: 0 } },
          affiliations: [{ jobId: 'j', extensions: ['chorus_fact'] }],
        },
      ],
    }),
  );
  expect((await lanceur('import', 'set-up.json')).code).toBe(0);
  const preview = await lanceur('preview', 'adu');
  expect(preview.out).toContain('CPPFacturePivot');
  expect(preview.out).toContain('neither an envelope nor an electronic invoice');
  expect((await lanceur('check', 'adu')).code).toBe(0);
  const run = await lanceur('run', 'adu');
  expect(run.code).toBe(1);
  expect(run.out).toContain('1 delivered');
  expect(readdirSync(join(target, 'pivot'))).toEqual(['pivot.xml']);
  const items = await lanceur('items', '--state', 'quarantined');
  expect(items.out).toContain('note.txt');
});
