import { describe, expect, it } from 'vitest';
import { EnvelopeSettings } from '#contract/model/envelope';
import { lookAtUnit } from '#core/envelopes/unit/look-at-unit';
import { planUnits, type UnitPlan } from '#core/envelopes/unit/plan-units';
import { judgeReadiness, type UnitLook } from '#core/envelopes/unit/readiness';
import { waitingError } from '#core/envelopes/unit/waiting-error';
import { makeCtesArchive } from '../../../envelopes/make-actes.ts';
import { makePes } from '../../../envelopes/make-pes.ts';
import { type Files, noSignal, type Setting, writeFiles } from '../../../envelopes/units.ts';
import { makePdf } from '../../../helpers/make-pdf.ts';
import { useTempDir } from '../../../helpers/temp-dir.ts';

const dir = useTempDir();
const metadata = JSON.stringify({
  acte_nature: '1',
  arrete: ['Délibération 1/2.pdf'],
  autre_document_attache: ['b.pdf', 'c.pdf'],
});
const complete: Files = {
  'd/Délibération 1-2.pdf': makePdf(),
  'd/b.pdf': makePdf(),
  'd/c.pdf': makePdf(),
  'd/metadata.json': metadata,
};

async function planOf(files: Files): Promise<UnitPlan> {
  await writeFiles(dir(), files);
  const settings = EnvelopeSettings.parse({});
  const [plan] = await planUnits(dir(), { settings, folders: 'always', signal: noSignal() });
  return plan!;
}

async function judge(files: Files, unchangedSeconds: number, setting: Setting = {}, quiet = 0) {
  const settings = EnvelopeSettings.parse(setting);
  const plan = await planOf(files);
  const look = await lookAtUnit(plan, settings, noSignal());
  return judgeReadiness(plan, look, { settings, quietSeconds: quiet, unchangedSeconds });
}

describe('a folder deposit', () => {
  it('is ready as soon as every listed file is there', async () => {
    expect(await judge(complete, 0)).toEqual({ ready: true, because: 'listed' });
  });

  it('waits for its quiet time all the same, where one is set', async () => {
    expect(await judge(complete, 20, {}, 30)).toEqual({
      ready: false,
      waitingFor: 'quiet',
      missing: [],
      seconds: 10,
    });
    expect(await judge(complete, 30, {}, 30)).toMatchObject({ ready: true });
  });

  it('names the files it waits for', async () => {
    const { 'd/b.pdf': _b, 'd/c.pdf': _c, ...rest } = complete;
    expect(await judge(rest, 60)).toEqual({
      ready: false,
      waitingFor: 'missing',
      missing: ['b.pdf', 'c.pdf'],
      seconds: 540,
    });
  });

  it('goes without them when they never come, unless it is strict', async () => {
    const { 'd/b.pdf': _b, 'd/c.pdf': _c, ...rest } = complete;
    expect(await judge(rest, 600)).toEqual({ ready: true, because: 'patience' });
    expect(await judge(rest, 6000, { strictFiles: true })).toEqual({
      ready: false,
      waitingFor: 'missing',
      missing: ['b.pdf', 'c.pdf'],
      seconds: null,
    });
  });

  it('knows during its quiet time already whether it will go without them', async () => {
    const { 'd/b.pdf': _b, 'd/c.pdf': _c, ...rest } = complete;
    const seconds = { ready: false, waitingFor: 'missing', seconds: 580 };
    expect(await judge(rest, 20, {}, 30)).toMatchObject(seconds);
    const never = { ready: false, waitingFor: 'missing', seconds: null };
    expect(await judge(rest, 20, { strictFiles: true }, 30)).toMatchObject(never);
    const marked = { ...rest, 'd/fichier_termine.txt': '' };
    const soon = { ready: false, waitingFor: 'quiet', seconds: 10 };
    expect(await judge(marked, 20, { strictFiles: true }, 30)).toMatchObject(soon);
  });

  it('is ready when its end marker is there, though listed files are missing', async () => {
    const { 'd/b.pdf': _b, ...rest } = complete;
    const marked = { ...rest, 'd/fichier_termine.txt': '' };
    expect(await judge(marked, 0)).toEqual({ ready: true, because: 'marker' });
    const renamed = { ...rest, 'd/FINI.OK': '' };
    expect(await judge(renamed, 0, { endMarker: 'fini.ok' })).toMatchObject({ ready: true });
  });

  it('waits for a marker that is required, however long it takes', async () => {
    expect(await judge(complete, 9999, { requireMarker: true })).toMatchObject({
      ready: false,
      waitingFor: 'marker',
      seconds: null,
    });
  });

  it('is not ready while a file is being uploaded under another name', async () => {
    const uploading = { ...complete, 'd/e.pdf.part': 'x', 'd/fichier_termine.txt': '' };
    expect(await judge(uploading, 9999)).toMatchObject({ ready: false, waitingFor: 'uploading' });
  });

  it('is not ready while one of its files is cut short', async () => {
    const growing = { ...complete, 'd/c.pdf': makePdf(4000).subarray(0, 2000) };
    expect(await judge(growing, 10)).toMatchObject({ ready: false, waitingFor: 'cut' });
    expect(await judge(growing, 600)).toEqual({ ready: true, because: 'patience' });
  });

  it('without metadata waits a minute of quiet, for nothing tells how many files it will have', async () => {
    const files = { 'd/a.xml': makePes(), 'd/a.pdf': makePdf() };
    expect(await judge(files, 59)).toMatchObject({ ready: false, waitingFor: 'quiet', seconds: 1 });
    expect(await judge(files, 60)).toEqual({ ready: true, because: 'quiet' });
  });

  it('does not take a metadata file that is half written for one that lists nothing', async () => {
    const files = { ...complete, 'd/metadata.json': metadata.slice(0, 60) };
    expect(await judge(files, 0)).toMatchObject({ ready: false });
  });
});

describe('a single file', () => {
  it.each([
    ['a PES', 'a.xml', makePes()],
    ['an archive', 'a.tar.gz', makeCtesArchive()],
  ])('is ready when it is there to its end: %s', async (_what, name, bytes) => {
    expect(await judge({ [name]: bytes }, 0)).toEqual({ ready: true, because: 'whole' });
  });

  it.each([
    ['a PES', 'a.xml', makePes()],
    ['an archive', 'a.tar.gz', makeCtesArchive()],
  ])('waits while its end is missing: %s', async (_what, name, bytes) => {
    expect(await judge({ [name]: bytes.subarray(0, bytes.length - 40) }, 5)).toMatchObject({
      ready: false,
      waitingFor: 'cut',
    });
  });
});

it('gives another stamp when any file changes', async () => {
  const settings = EnvelopeSettings.parse({});
  const stamp = async (files: Files): Promise<UnitLook['stamp']> =>
    (await lookAtUnit(await planOf(files), settings, noSignal())).stamp;
  const first = await stamp(complete);
  expect(await stamp({ 'd/c.pdf': makePdf(5000) })).not.toBe(first);
});

it('tells people what is missing, and since when', () => {
  const missing = ['a', 'b', 'c', 'd', 'e', 'f'];
  const waiting = { ready: false, waitingFor: 'missing', missing, seconds: 1.2 } as const;
  expect(waitingError(waiting, 'acte 7', '2026-11-22T14:02:00.000Z')).toMatchObject({
    kind: 'transient',
    code: 'envelope.incomplete',
    params: {
      name: 'acte 7',
      since: '2026-11-22T14:02:00.000Z',
      count: 6,
      names: 'a, b, c, d, e…',
      seconds: 2,
    },
  });
});

it('says of what waits for ever that it does', () => {
  const waiting = { ready: false, waitingFor: 'missing', missing: ['a'], seconds: null } as const;
  expect(waitingError(waiting, 'acte 7', '2026-11-22T14:02:00.000Z').code).toBe(
    'envelope.incompleteStrict',
  );
});
