// A start after a crash with one share that does not answer: the others are recovered and run, the start goes on.
import { expect, it } from 'vitest';
import type { Destination } from '#core/destinations/destination';
import { fakeClock } from '../../helpers/fake-clock.ts';
import { eventually } from '../../helpers/eventually.ts';
import { launcherDraft } from '../../helpers/make-config.ts';
import { makeCore } from '../../helpers/make-core.ts';
import { useTempDir } from '../../helpers/temp-dir.ts';

const dir = useTempDir();

/** Every question to the COLD jobs named waits until they answer again, as one to a dead share does. */
function createShares() {
  const silent = new Map<string, PromiseWithResolvers<undefined>>();
  const answering = ({ job }: Destination) => silent.get(job.name)?.promise;
  return {
    wrap: (real: Destination): Destination => ({
      ...real,
      publish: async (...given) => {
        await answering(real);
        return await real.publish(...given);
      },
      sweep: async (...given) => {
        await answering(real);
        return await real.sweep(...given);
      },
    }),
    silence: (name: string) => void silent.set(name, Promise.withResolvers()),
    answer: (name: string) => {
      silent.get(name)?.resolve(undefined);
      silent.delete(name);
    },
  };
}

/** Two launchers died in the middle of a delivery; at the next start the share of `dead` says nothing. */
async function startBesideDeadShare() {
  const clock = fakeClock();
  const shares = createShares();
  const core = await makeCore({ dir: dir(), clock, wrapDestination: shares.wrap });
  const launcher = async (name: string) => {
    core.sources.at(`/${name}`).put({ key: `${name}.pdf` });
    return await core.call('launchers.save', launcherDraft(`/${name}`, await core.job(name)));
  };
  const [dead, alive] = [await launcher('dead'), await launcher('alive')];
  const cut = () => core.ports.steps.filter((step) => step === 'ledger.delivering').length;
  let isStarted = false;
  const crashed = core.crash(
    async (die) => {
      shares.silence('dead');
      shares.silence('alive');
      const runs = [dead, alive].map(({ id }) => core.call('runs.runToEnd', { id, once: true }));
      await eventually(() => cut() === 2);
      die();
      shares.answer('dead');
      shares.answer('alive');
      await Promise.all(runs);
    },
    () => {
      shares.silence('dead');
    },
  );
  void crashed.then(() => {
    isStarted = true;
  });
  // The start waits a moment for the share, by this clock.
  await eventually(async () => {
    await clock.advance(100);
    return isStarted;
  });
  const documents = (name: string) => core.filesIn(name).filter((one) => !one.startsWith('.'));
  return { core, shares, dead, alive, documents };
}

it('is not held up by a share that does not answer: the others are recovered and run', async () => {
  const { core, alive, documents } = await startBesideDeadShare();

  expect(documents('alive')).toEqual(['alive.pdf']);
  core.sources.at('/alive').put({ key: 'next.pdf' });
  expect(await core.run(alive)).toMatchObject({ outcome: 'done', counts: { documents: 1 } });
  expect(documents('dead')).toEqual([]);
});

it('lets a launcher on that share wait, and be stopped', async () => {
  const { core, dead } = await startBesideDeadShare();

  const waiting = core.call('runs.runToEnd', { id: dead.id, once: true });
  await eventually(async () => {
    const { launchers } = await core.call('status.get', {});
    return launchers.some(({ condition }) => condition === 'running');
  });
  await core.call('runs.stop', { id: dead.id });

  expect(await waiting).toMatchObject({ outcome: 'stopped' });
});

it('finishes what was cut when the share answers again, once', async () => {
  const { core, shares, dead, documents } = await startBesideDeadShare();
  const waiting = core.call('runs.runToEnd', { id: dead.id, once: true });

  shares.answer('dead');

  expect(await waiting).toMatchObject({ outcome: 'done', error: null });
  expect(documents('dead')).toEqual(['dead.pdf']);
});

it('writes nothing into a store that is closed, though the share answers later', async () => {
  const { core, shares, dead, documents } = await startBesideDeadShare();
  await core.stop();

  shares.answer('dead');
  await eventually(() => documents('dead').length > 0);

  await core.start();
  expect(await core.run(dead)).toMatchObject({ error: null, counts: { documents: 0 } });
  expect(documents('dead')).toEqual(['dead.pdf']);
  const errors = core.ports.logger.entries.filter(({ level }) => level === 'error');
  expect(errors).toEqual([]);
});
