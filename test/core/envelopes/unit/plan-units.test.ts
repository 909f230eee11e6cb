import { utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { EnvelopeSettings } from '#contract/model/envelope';
import { planUnits } from '#core/envelopes/unit/plan-units';
import { makeCtesArchive } from '../../../envelopes/make-actes.ts';
import { makePivot } from '../../../envelopes/make-chorus.ts';
import { makeAck, makePes } from '../../../envelopes/make-pes.ts';
import { makeZip } from '../../../envelopes/make-zip.ts';
import { type Files, noSignal, writeFiles } from '../../../envelopes/units.ts';
import { makePdf } from '../../../helpers/make-pdf.ts';
import { useTempDir } from '../../../helpers/temp-dir.ts';

const dir = useTempDir();
const settings = EnvelopeSettings.parse({});

async function plan(files: Files, folders: 'always' | 'judge' = 'always') {
  await writeFiles(dir(), files);
  const plans = await planUnits(dir(), { settings, folders, signal: noSignal() });
  return plans.map(({ shape, name, files: inside }) => ({
    shape,
    name,
    files: inside.map((file) => file.name),
  }));
}

const docx = makeZip([{ name: '[Content_Types].xml', bytes: '<Types/>' }]);
const listing = (...names: string[]): string => JSON.stringify({ acte_nature: '1', arrete: names });

describe('planUnits', () => {
  it('makes a unit of each folder, each archive and each loose file', async () => {
    const files = {
      'acte 1/a.pdf': 'x',
      'acte 1/PJ/b.pdf': 'x',
      'archive.tar.gz': makeCtesArchive(),
      'zip without extension': makeZip([{ name: 'a', bytes: 'a' }]),
      'letter.docx': docx,
      'pes.xml': makePes(),
      'Thumbs.db': 'x',
      'upload.xml.part': 'x',
    };
    expect(await plan(files)).toEqual([
      { shape: 'archive', name: 'archive.tar.gz', files: ['archive.tar.gz'] },
      { shape: 'file', name: 'letter.docx', files: ['letter.docx'] },
      { shape: 'file', name: 'pes.xml', files: ['pes.xml'] },
      { shape: 'archive', name: 'zip without extension', files: ['zip without extension'] },
      { shape: 'folder', name: 'acte 1', files: ['a.pdf', 'PJ/b.pdf'] },
    ]);
  });

  it('looks for units below folders that hold none themselves', async () => {
    const plans = await plan({ '2026/11/acte/a.pdf': 'x', '2026/12/b.tgz': makeCtesArchive() });
    expect(plans.map(({ shape, name }) => [shape, name])).toEqual([
      ['folder', '2026/11/acte'],
      ['archive', '2026/12/b.tgz'],
    ]);
  });

  it('gives a file two deposits name to the one that wrote it', async () => {
    const files = {
      'one.json': listing('one.pdf', 'shared.pdf'),
      'two.json': listing('two.pdf', 'shared.pdf'),
      'one.pdf': 'x',
      'two.pdf': 'x',
      'shared.pdf': 'of two',
    };
    const written = {
      'one.pdf': 10,
      'one.json': 11,
      'shared.pdf': 20,
      'two.pdf': 20,
      'two.json': 21,
    };
    await writeFiles(dir(), files);
    for (const [name, minute] of Object.entries(written)) {
      const at = new Date(Date.UTC(2026, 2, 14, 10, minute));
      await utimes(join(dir(), name), at, at);
    }
    expect(await plan({})).toEqual([
      { shape: 'group', name: 'one.json', files: ['one.json', 'one.pdf'] },
      { shape: 'group', name: 'two.json', files: ['two.json', 'two.pdf', 'shared.pdf'] },
    ]);
  });
});

describe('planUnits, judging an unknown folder', () => {
  const shapes = async (files: Files) =>
    (await plan(files, 'judge')).map(({ shape, name }) => [shape, name]);

  it('sees a deposit in metadata with the files it names', async () => {
    const files = { 'd/metadata.json': listing('a.pdf'), 'd/a.pdf': makePdf(), 'd/note.txt': 'x' };
    expect(await shapes(files)).toEqual([['folder', 'd']]);
  });

  it('sees a deposit in one exchange file among documents', async () => {
    expect(await shapes({ 'd/pes.xml': makePes(), 'd/pes.pdf': makePdf() })).toEqual([
      ['folder', 'd'],
    ]);
  });

  it('sees a deposit in a PES and its acknowledgement', async () => {
    const files = { 'd/1.xml': makePes(), 'd/2.xml': makeAck([{ domain: '5', state: '1' }]) };
    expect(await shapes(files)).toEqual([['folder', 'd']]);
  });

  it('sees single files in a collection, and hides none of them', async () => {
    const files = {
      'd/1.xml': makePes({ nomFic: 'one' }),
      'd/2.xml': makePes({ nomFic: 'two' }),
      'd/3.xml': makePivot(),
      'd/metadata.json': '{"toto":"1","fichier":["nowhere.txt"]}',
      'd/e/4.xml': makePivot(),
    };
    expect(await shapes(files)).toEqual([
      ['file', 'd/1.xml'],
      ['file', 'd/2.xml'],
      ['file', 'd/3.xml'],
      ['file', 'd/metadata.json'],
      ['file', 'd/e/4.xml'],
    ]);
  });
});
