// A disk that fills up at any step of a run: that of the COLD job, or that of the program's own data. Nothing is lost or
// doubled, nobody is blamed, and all goes on once there is room again.
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { toAppError } from '#core/errors';
import { launcherDraft } from '../../helpers/make-config.ts';
import { makeCore } from '../../helpers/make-core.ts';
import { tempDir } from '../../helpers/temp-dir.ts';
import { tinyVolume } from '../../helpers/tiny-volume.ts';

const files = { 'a.pdf': 'a', 'b.pdf': 'b' };
const everything = ['a.pdf', 'b.pdf', 'd.pdf', 'e.pdf'];

async function fillAt(place: 'data' | 'jobs/out', step: number) {
  const dir = await tempDir();
  const volume = tinyVolume(join(dir, place), '8m');
  if (volume === undefined) return 'not here';
  const core = await makeCore({ dir });
  const job = await core.job('out', { sidecar: 'json' });
  const source = core.sources.at('/in');
  source.options.batch = 2;
  const fate = { kind: 'delete' } as const;
  const limits = { maxAttempts: 2 };
  const launcher = await core.call('launchers.save', launcherDraft('/in', job, { fate, limits }));
  source.put({ key: 'mail', files });
  for (const key of ['d.pdf', 'e.pdf']) source.put({ key });

  let passed = 0;
  core.hooks.checkpoint = () => {
    passed += 1;
    if (passed === step) volume.fill();
  };
  const during: unknown[] = [];
  for (let run = 0; run < 4; run += 1) {
    const ended = await core.run(launcher).catch(toAppError);
    during.push('counts' in ended ? [ended.outcome, ended.error?.code] : ended.code);
  }
  core.hooks.checkpoint = undefined;
  volume.empty();
  for (let run = 0; run < 2; run += 1) await core.run(launcher);

  const inside = core.filesIn('out').filter((name) => name !== '.filler');
  const documents = inside.filter((name) => !name.endsWith('.json'));
  const states = Object.values(await core.states(launcher));
  const left = source.keys();
  await core.stop();
  return { isOver: passed < step, during, documents, states, left };
}

describe('a data folder without room', () => {
  it('says so at the start, holds nobody up afterwards, and goes on with its ledger', async (context) => {
    const dir = await tempDir();
    const volume = tinyVolume(join(dir, 'data'), '8m');
    if (volume === undefined) {
      context.skip(noVolume);
      return;
    }
    const core = await makeCore({ dir });
    const job = await core.job('out');
    const launcher = await core.call('launchers.save', launcherDraft('/in', job));
    core.sources.at('/in').put({ key: 'a.pdf' });
    await core.run(launcher);
    await core.stop();

    volume.fill();
    await expect(core.start().catch(asTold)).resolves.toMatchObject({ code: 'store.full' });
    volume.empty();
    await core.start();

    expect((await core.run(launcher)).counts).toMatchObject({ known: 1, documents: 0 });
  });
});

const noVolume = 'mounting a small volume needs root and a kernel that lets it';
const asTold = (thrown: unknown) => toAppError(thrown);

describe('a disk that fills up', { timeout: 120_000 }, () => {
  it.for(['data', 'jobs/out'] as const)(
    'at any step loses and doubles nothing: %s',
    async (place, context) => {
      for (let step = 1; ; step += 1) {
        const end = await fillAt(place, step);
        if (end === 'not here') {
          context.skip(noVolume);
          return;
        }
        const where = `full at checkpoint ${step}: ${JSON.stringify(end.during)}`;
        expect(JSON.stringify(end.during), where).not.toContain('internal.bug');
        expect(end.documents, where).toEqual(everything);
        expect(new Set(end.states), where).toEqual(new Set(['settled']));
        expect(end.left, where).toEqual([]);
        if (end.isOver) break;
      }
    },
  );
});
