import { describe, expect, it } from 'vitest';
import { createTimedPauses } from '#core/engine/timed-pauses';
import { AuthError } from '#core/errors';
import { everySeconds, launcherDraft } from '../../helpers/make-config.ts';
import { eventually } from '../../helpers/eventually.ts';
import { fakeClock } from '../../helpers/fake-clock.ts';
import { makeCore } from '../../helpers/make-core.ts';
import { memoryLogger } from '../../helpers/memory-logger.ts';
import { useTempDir } from '../../helpers/temp-dir.ts';

const dir = useTempDir();
const MINUTE_MS = 60_000;

async function setUp() {
  const core = await makeCore({ dir: dir() });
  const job = await core.job('out');
  const source = core.sources.at('/in');
  const save = (description: string) =>
    core.call('launchers.save', {
      ...launcherDraft('/in', job),
      description,
      schedule: everySeconds('*/10'),
    });
  const inMs = (ms: number) => new Date(core.clock.now().getTime() + ms).toISOString();
  const status = () => core.call('status.get', {});
  return { core, source, save, inMs, status };
}

describe('a pause of all with an end', () => {
  it('ends by itself, says so, and the schedules fire again', async () => {
    const { core, save, inMs, status } = await setUp();
    await save('one');
    await core.serve();
    const until = inMs(60 * MINUTE_MS);
    await core.call('launchers.pauseAll', { paused: true, until });
    expect(await status()).toMatchObject({
      ...{ allPaused: true, pausedUntil: until, condition: 'paused' },
      launchers: [{ pausedUntil: until, nextRunAt: null }],
    });
    await core.clock.advance(59 * MINUTE_MS);
    expect((await status()).allPaused).toBe(true);
    const before = core.events.length;

    await core.clock.advance(MINUTE_MS + 1);

    const after = await eventually(async () => {
      const found = await status();
      return found.allPaused ? undefined : found;
    });
    expect(after).toMatchObject({ pausedUntil: null, launchers: [{ pausedUntil: null }] });
    expect(after!.launchers[0]!.nextRunAt).not.toBeNull();
    expect(core.events.slice(before).map(({ name }) => name)).toContain('status.changed');
  });

  it('ends though the database could not be written when its time came', async () => {
    const clock = fakeClock();
    const logger = memoryLogger();
    const failures = [new Error('database or disk is full')];
    const resumed: string[] = [];
    const until = new Date(clock.now().getTime() + MINUTE_MS).toISOString();
    const pauses = createTimedPauses({
      clock,
      logger,
      launchers: {
        pauseAllUntil: () => undefined,
        nextPauseEnd: () => (resumed.length === 0 ? until : null),
        resumeDue: (now) => {
          if (now < until) return 0;
          const failure = failures.pop();
          if (failure) throw failure;
          return 1;
        },
      },
      onResumed: () => resumed.push(clock.now().toISOString()),
    });
    pauses.start();

    await clock.advance(2 * MINUTE_MS);

    expect(resumed[0]).toBe(new Date(Date.parse(until) + MINUTE_MS / 2).toISOString());
    pauses.stop();
  });

  it('outlives a restart, and ends at the start where its time passed meanwhile', async () => {
    const { core, save, inMs, status } = await setUp();
    await save('one');
    const until = inMs(60 * MINUTE_MS);
    await core.call('launchers.pauseAll', { paused: true, until });

    await core.restart();
    expect((await status()).pausedUntil).toBe(until);
    await core.stop();
    await core.clock.advance(61 * MINUTE_MS);
    await core.start();

    expect((await status()).allPaused).toBe(false);
  });

  it('leaves a launcher paused that somebody had paused before', async () => {
    const { core, save, inMs, status } = await setUp();
    const mine = await save('mine');
    await save('other');
    await core.call('launchers.setPaused', { id: mine.id, paused: true });
    await core.call('launchers.pauseAll', { paused: true, until: inMs(MINUTE_MS) });
    await core.serve();

    await core.clock.advance(MINUTE_MS + 1);

    await eventually(async () => !(await status()).allPaused);
    const { launchers } = await status();
    expect(launchers.map((one) => [one.description, one.condition]).sort()).toEqual([
      ['mine', 'paused'],
      ['other', 'idle'],
    ]);
  });

  it('does not bring back a launcher that must sign in again', async () => {
    const { core, source, save, inMs, status } = await setUp();
    const launcher = await save('one');
    await core.call('launchers.pauseAll', { paused: true, until: inMs(MINUTE_MS) });
    source.fail('list', new AuthError('imap.signInRefused'));
    await core.run(launcher, true);
    await core.serve();

    await core.clock.advance(2 * MINUTE_MS);

    expect((await status()).launchers[0]).toMatchObject({
      condition: 'paused',
      pauseReason: { code: 'imap.signInRefused' },
    });
  });

  it('is over at once when somebody resumes, and may be made shorter', async () => {
    const { core, save, inMs, status } = await setUp();
    await save('one');
    await core.serve();
    await core.call('launchers.pauseAll', { paused: true, until: inMs(600 * MINUTE_MS) });
    await core.call('launchers.pauseAll', { paused: true, until: inMs(MINUTE_MS) });
    await core.clock.advance(MINUTE_MS + 1);
    await eventually(async () => !(await status()).allPaused);
    await core.call('launchers.pauseAll', { paused: true, until: inMs(600 * MINUTE_MS) });

    await core.call('launchers.pauseAll', { paused: false });

    expect(await status()).toMatchObject({ allPaused: false, pausedUntil: null });
  });

  it('cannot end in the past', async () => {
    const { core, inMs } = await setUp();

    await expect(
      core.call('launchers.pauseAll', { paused: true, until: inMs(-1) }),
    ).rejects.toMatchObject({ code: 'pause.past', field: 'until' });
  });
});

describe('the heartbeat', () => {
  it('is beating while schedules are served, and stops with them', async () => {
    const { core, save } = await setUp();
    await save('one');
    expect(core.sinceHeartbeatMs()).toBeNull();
    await core.serve();

    await core.clock.advance(10 * MINUTE_MS);

    expect(core.sinceHeartbeatMs()).toBeLessThan(31_000);
    await core.stop();
    expect(core.sinceHeartbeatMs()).toBeNull();
  });
});
