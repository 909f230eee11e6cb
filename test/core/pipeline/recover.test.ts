// Killed at any step of a run and started again: every document once, whatever the COLD job has eaten meanwhile.
import { existsSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Launcher } from '#contract/model/launcher';
import { TransientError } from '#core/errors';
import { launcherDraft } from '../../helpers/make-config.ts';
import { makeCore, type TestCore } from '../../helpers/make-core.ts';
import { useTempDir } from '../../helpers/temp-dir.ts';

const dir = useTempDir();
const files = { 'one.pdf': '1', 'two.tif': '2' };

/** Two jobs, one with index files; a mail with a document for each, and a plain file; fate: archive. */
async function setUp() {
  const core = await makeCore({ dir: dir() });
  const [pdf, rest] = [await core.job('pdf', { sidecar: 'json' }), await core.job('rest')];
  const source = core.sources.at('/in');
  const affiliations = [
    { jobId: pdf.id, extensions: ['pdf'] },
    { jobId: rest.id, extensions: [] },
  ];
  const draft = launcherDraft('/in', undefined, { affiliations, fate: { kind: 'archive' } });
  const launcher = await core.call('launchers.save', draft);
  source.put({ key: 'mail', files });
  source.put({ key: 'b.pdf' });
  return { core, source, launcher };
}

const all = (core: TestCore) => [...core.filesIn('pdf'), ...core.filesIn('rest')];
const everything = ['b.pdf', 'b.pdf.json', 'one.pdf', 'one.pdf.json', 'two.tif'];

/** Kills the run of the launcher at its nth checkpoint (0, 1, 2…); false when there are not so many. */
async function killAt(
  core: TestCore,
  launcher: Pick<Launcher, 'id'>,
  nth: number,
  also?: () => void,
) {
  return await core.crash(async (die) => {
    let passed = 0;
    let dead = false;
    core.hooks.checkpoint = () => {
      if (dead) return;
      also?.();
      if (passed === nth) {
        die();
        dead = true;
      }
      passed += 1;
    };
    await core.run(launcher);
    core.hooks.checkpoint = undefined;
  });
}

type SetUp = Awaited<ReturnType<typeof setUp>>;

/** Lives in a fresh place for each step (0, 1, 2…), until it says that nothing was killed any more. */
async function atEveryStep(live: (nth: number, found: SetUp) => Promise<boolean>): Promise<void> {
  let nth = 0;
  for (let killed = true; killed; nth += 1) {
    const found = await setUp();
    killed = await live(nth, found);
    await found.core.stop();
    rmSync(dir(), { recursive: true });
  }
  expect(nth).toBeGreaterThan(9);
}

describe('a program that is killed', { timeout: 60_000 }, () => {
  it('at any step of a run delivers every document once after its restart', async () => {
    await atEveryStep(async (nth, { core, source, launcher }) => {
      const killed = await killAt(core, launcher, nth);
      const run = await core.run(launcher);

      expect(all(core), `killed at checkpoint ${nth}`).toEqual(everything);
      expect(core.read('pdf', 'one.pdf')).toBe('1');
      expect(source.keys()).toEqual([]);
      expect(run.outcome).toBe('done');
      return killed;
    });
  });

  it('delivers every document once though the COLD job eats them the moment they appear', async () => {
    await atEveryStep(async (nth, { core, source, launcher }) => {
      const eaten: string[] = [];
      const eat = (): void => {
        for (const job of ['pdf', 'rest']) {
          for (const name of core.filesIn(job)) {
            const path = join(core.folderOf(job), name);
            // An index file alone is left until its document comes.
            const isAlone = name.endsWith('.json') && !existsSync(path.slice(0, -5));
            if (name.startsWith('.') || isAlone) continue;
            eaten.push(name);
            rmSync(path);
            if (existsSync(`${path}.json`)) rmSync(`${path}.json`);
          }
        }
      };
      const killed = await killAt(core, launcher, nth, eat);
      eat();
      await core.run(launcher);
      eat();

      expect(
        eaten.filter((name) => !name.endsWith('.json')).sort(),
        `killed at checkpoint ${nth}`,
      ).toEqual(['b.pdf', 'one.pdf', 'two.tif']);
      expect(all(core)).toEqual([]);
      expect(source.keys()).toEqual([]);
      return killed;
    });
  });

  it('at any step of a delivery whose name a stranger takes loses nothing', async () => {
    await atEveryStep(async (nth, { core, source, launcher }) => {
      let isTaken = false;
      const takeName = (): void => {
        const path = join(core.folderOf('rest'), 'two.tif');
        isTaken ||= core.ports.steps.at(-1) === 'ledger.delivering';
        if (isTaken && !existsSync(path)) writeFileSync(path, 'of a stranger');
      };
      const killed = await killAt(core, launcher, nth, takeName);
      takeName();
      await core.run(launcher);
      await core.run(launcher);

      const found = core.filesIn('rest').map((name) => core.read('rest', name));
      expect(
        found.filter((content) => content === '2'),
        `killed at ${nth}`,
      ).toHaveLength(1);
      expect(core.filesIn('pdf')).toEqual(['b.pdf', 'b.pdf.json', 'one.pdf', 'one.pdf.json']);
      expect(source.keys()).toEqual([]);
      return killed;
    });
  });

  it('twice, the second time while it recovers, delivers every document once', async () => {
    const { core, launcher } = await setUp();
    await core.crash(async (die) => {
      core.hooks.checkpoint = (step) => {
        if (step === 'ledger.delivering') die();
      };
      await core.run(launcher);
      core.hooks.checkpoint = undefined;
    });
    // Nothing of the first recovery but its renames survives.
    await core.crash(async (die) => {
      core.hooks.checkpoint = (step) => {
        if (step === 'ledger.recovered') die();
      };
      await core.restart();
      core.hooks.checkpoint = undefined;
      die();
    });
    await core.run(launcher);

    expect(all(core)).toEqual(everything);
  });
});

describe('a delivery that was cut', () => {
  const cut = async (
    whileDead: (core: TestCore) => void,
    isTime = (step: string, _core: TestCore): boolean => step === 'ledger.delivering',
  ) => {
    const found = await setUp();
    const { core, launcher } = found;
    const die = async (dies: () => void): Promise<void> => {
      core.hooks.checkpoint = (passed) => {
        if (isTime(passed, core)) dies();
      };
      await core.run(launcher);
      core.hooks.checkpoint = undefined;
    };
    expect(await core.crash(die, () => whileDead(core))).toBe(true);
    return found;
  };

  it('is finished before the first run', async () => {
    const { core } = await cut(() => undefined);

    expect(all(core)).toEqual(everything);
  });

  it.each([false, true])(
    'is kept for later where its COLD job is away (source repeats itself: %s)',
    async (repeatsKnown) => {
      const { core, source, launcher } = await cut((dead) => {
        renameSync(dead.folderOf('rest'), dead.folderOf('away'));
      });
      source.options.repeatsKnown = repeatsKnown;

      const away = await core.run(launcher);
      expect(away).toMatchObject({ outcome: 'waiting', error: { code: 'target.away' } });
      expect(await core.states(launcher)).toMatchObject({ mail: 'delivering' });
      expect(source.keys()).toEqual(['mail']);
      renameSync(core.folderOf('away'), core.folderOf('rest'));
      const run = await core.run(launcher);

      expect(run.outcome).toBe('done');
      expect(all(core)).toEqual(everything);
      expect(source.keys()).toEqual([]);
    },
  );

  it('after its rename is not made again where its COLD job is away and has eaten it', async () => {
    const { core, launcher } = await cut(
      (dead) => {
        rmSync(join(dead.folderOf('rest'), 'two.tif'));
        renameSync(dead.folderOf('rest'), dead.folderOf('away'));
      },
      (_, alive) => existsSync(join(alive.folderOf('rest'), 'two.tif')),
    );
    await core.run(launcher);
    renameSync(core.folderOf('away'), core.folderOf('rest'));

    await core.run(launcher);

    expect(core.filesIn('rest')).toEqual([]);
    expect(await core.states(launcher)).toMatchObject({ mail: 'settled' });
  });

  it('gives way where a stranger has taken the name meanwhile, and the document gets another one', async () => {
    const { core, launcher } = await cut((dead) => {
      writeFileSync(join(dead.folderOf('pdf'), 'one.pdf'), 'of a stranger');
    });

    const run = await core.run(launcher);

    expect(run.outcome).toBe('done');
    expect(core.read('pdf', 'one.pdf')).toBe('of a stranger');
    expect(core.read('pdf', 'one (2).pdf')).toBe('1');
    expect(core.filesIn('pdf')).toEqual([
      ...['b.pdf', 'b.pdf.json', 'one (2).pdf', 'one (2).pdf.json', 'one.pdf'],
    ]);
    expect(core.filesIn('rest')).toEqual(['two.tif']);
  });

  it('in the same life is not taken for made where a virus scanner has the file: the document is fetched again', async () => {
    const core = await makeCore({
      dir: dir(),
      wrapDestination: (real) => ({
        ...real,
        // The flush of the folder fails beside it, once: nobody knows what became of its group.
        publish: async (moves, signal) => {
          const outcomes = await real.publish(moves, signal);
          if (isBroken.shift() === true) throw new TransientError('disk.failing');
          return outcomes;
        },
      }),
    });
    const isBroken = [true];
    const job = await core.job('out');
    const source = core.sources.at('/in');
    const launcher = await core.call('launchers.save', launcherDraft('/in', job));
    for (const key of ['a.pdf', 'b.pdf']) source.put({ key });
    core.hooks.checkpoint = (step) => {
      if (step !== 'ledger.delivering') return;
      core.hooks.checkpoint = undefined;
      const [eaten] = core.filesIn('out');
      rmSync(join(core.folderOf('out'), eaten!));
    };

    for (let run = 0; run < 3; run += 1) await core.run(launcher);

    expect(core.filesIn('out')).toEqual(['a.pdf', 'b.pdf']);
    expect(await core.states(launcher)).toEqual({ 'a.pdf': 'settled', 'b.pdf': 'settled' });
  });

  it('of a launcher that was deleted meanwhile is finished all the same', async () => {
    const { core, launcher } = await cut((dead) => {
      renameSync(dead.folderOf('rest'), dead.folderOf('away'));
    });
    await core.call('launchers.delete', { id: launcher.id });
    renameSync(core.folderOf('away'), core.folderOf('rest'));

    await core.restart();

    expect(core.filesIn('rest')).toEqual(['two.tif']);
  });

  it('is not made again for a file that was renamed while its COLD job was away', async () => {
    const core = await makeCore({ dir: dir() });
    const job = await core.job('out');
    const source = core.sources.at('/in');
    const launcher = await core.call('launchers.save', launcherDraft('/in', job));
    source.put({ key: 'a.pdf', fingerprint: 'f' });
    const die = async (dies: () => void): Promise<void> => {
      core.hooks.checkpoint = (step) => {
        if (step === 'file.renamed') dies();
      };
      await core.run(launcher);
      core.hooks.checkpoint = undefined;
    };
    await core.crash(die, () => {
      renameSync(core.folderOf('out'), core.folderOf('away'));
    });
    source.rename('a.pdf', 'b.pdf');
    await core.run(launcher);
    renameSync(core.folderOf('away'), core.folderOf('out'));

    await core.run(launcher);
    await core.run(launcher);

    expect(core.filesIn('out')).toEqual(['a.pdf']);
    expect(await core.states(launcher)).toEqual({ 'b.pdf': 'settled' });
  });

  it('in a COLD job that never comes back is given up by hand, and goes where the job is now', async () => {
    const { core, source, launcher } = await cut((dead) => {
      renameSync(dead.folderOf('rest'), dead.folderOf('lost'));
    });
    const rest = (await core.call('jobs.list', {})).find((job) => job.name === 'rest')!;
    await core.job('elsewhere');
    const destination = { kind: 'folder', path: core.folderOf('elsewhere') } as const;
    await core.call('jobs.save', { ...rest, destination });
    expect((await core.run(launcher)).outcome).toBe('waiting');
    const [item] = await core.items(launcher, 'delivering');

    await core.call('items.retry', { id: item!.id });
    const run = await core.run(launcher);

    expect(run.outcome).toBe('done');
    expect(core.filesIn('elsewhere')).toEqual(['two.tif']);
    expect(core.filesIn('pdf')).toEqual(['b.pdf', 'b.pdf.json', 'one.pdf', 'one.pdf.json']);
    expect(source.keys()).toEqual([]);
  });

  it('cannot be given up while its launcher is at work', async () => {
    const { core, launcher } = await setUp();
    let given: Promise<unknown> | undefined;
    core.hooks.checkpoint = (step) => {
      if (step !== 'ledger.delivering') return;
      core.hooks.checkpoint = undefined;
      given = core
        .items(launcher, 'delivering')
        .then(([item]) => core.call('items.retry', { id: item!.id }))
        .catch((thrown: unknown) => thrown);
    };
    await core.run(launcher);

    expect(await given).toMatchObject({ code: 'item.notOpenable' });
    expect(all(core)).toEqual(everything);
  });

  it('keeps its COLD job from being deleted', async () => {
    const { core, launcher } = await cut((dead) => {
      renameSync(dead.folderOf('rest'), dead.folderOf('away'));
    });
    await core.call('launchers.delete', { id: launcher.id });
    const rest = (await core.call('jobs.list', {})).find((job) => job.name === 'rest');

    const deleted = core.call('jobs.delete', { id: rest!.id });

    await expect(deleted).rejects.toMatchObject({ kind: 'config', code: 'job.unfinished' });
  });
});

describe('an item that kills the program', () => {
  it.each([1, 5])(
    'each time it is fetched ends in quarantine (%d attempts), and those beside it go through',
    async (maxAttempts) => {
      const core = await makeCore({ dir: dir() });
      const job = await core.job('out');
      const source = core.sources.at('/in');
      const draft = launcherDraft('/in', job, { limits: { maxAttempts } });
      const launcher = await core.call('launchers.save', draft);
      for (const key of ['a', 'b', 'poison', 'c', 'd']) source.put({ key });

      let deaths = 0;
      const live = () =>
        core.crash(async (die) => {
          source.hooks.onFetch = (key) => {
            if (key === 'poison') die();
          };
          await core.run(launcher);
        });
      while (await live()) deaths += 1;

      expect(deaths).toBe(Math.max(3, maxAttempts));
      expect(core.filesIn('out')).toEqual(['a', 'b', 'c', 'd']);
      const [item] = await core.items(launcher, 'quarantined');
      expect(item).toMatchObject({ key: 'poison', reason: { code: 'item.cutShort' } });
    },
  );
});
