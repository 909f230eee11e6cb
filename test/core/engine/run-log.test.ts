import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { LauncherId } from '#contract/ids';
import { LauncherDraft } from '#contract/model/launcher';
import type { RunCause, RunCounts } from '#contract/model/run';
import { createRunLog, type RunLog } from '#core/engine/run-log';
import type { RunResult } from '#core/pipeline/outcome';
import { noCounts } from '#core/store/run-repo';
import { openStore, type Store } from '#core/store/store';
import { fakeClock, type FakeClock } from '../../helpers/fake-clock.ts';
import { memoryLogger } from '../../helpers/memory-logger.ts';
import { useTempDir } from '../../helpers/temp-dir.ts';

const dir = useTempDir();
const launcherId = LauncherId.parse('l');
let clock: FakeClock;
let store: Store;
let log: RunLog;

beforeEach(() => {
  clock = fakeClock();
  store = openStore({ dataDir: dir(), clock, logger: memoryLogger() });
  onTestFinished(() => store.close());
  const source = { protocol: 'folder', path: '/in' } as const;
  const draft = LauncherDraft.parse({ description: 'x', source });
  store.launchers.save(launcherId, draft, clock.now().toISOString());
  log = createRunLog(store.runs, clock);
});

const done: RunResult = { outcome: 'done', error: null };
const trouble = (code: string): RunResult => ({
  outcome: 'waiting',
  error: { kind: 'transient', code, params: {} },
});
const counts = (given: Partial<RunCounts>): RunCounts => ({ ...noCounts, ...given });
const rows = () => store.runs.list({ launcherId, limit: 100 });

type Pass = { cause?: RunCause; seen?: Partial<RunCounts>; writes?: boolean };

async function pass(result: RunResult, { cause = 'schedule', seen = {}, writes }: Pass = {}) {
  const open = log.begin(launcherId, cause);
  if (writes === true || cause === 'manual') open.id();
  await clock.advance(1000);
  const run = open.end(result, counts(seen));
  await clock.advance(14_000);
  return run;
}

describe('run log', () => {
  it('leaves no row of a scheduled look that finds nothing', async () => {
    expect(await pass(done, { seen: { seen: 50, known: 50 } })).toBeNull();

    expect(rows()).toEqual([]);
    expect(log.lastLookAt(launcherId)).toBe('2026-01-05T08:00:01.000Z');
  });

  it('leaves a row of a run by hand that finds nothing', async () => {
    await pass(done, { cause: 'manual' });

    expect(rows()).toMatchObject([{ cause: 'manual', outcome: 'done' }]);
  });

  it('makes one row of the same trouble again and again, and moves its end', async () => {
    for (let look = 0; look < 20; look += 1) await pass(trouble('source.away'));

    const [row, ...others] = rows();
    expect(others).toEqual([]);
    expect(row?.startedAt).toBe('2026-01-05T08:00:00.000Z');
    expect(Date.parse(row?.endedAt ?? '')).toBeGreaterThan(Date.parse('2026-01-05T08:04:00Z'));
  });

  it('makes a new row of another trouble', async () => {
    await pass(trouble('source.away'));
    await pass(trouble('source.denied'));

    expect(rows().map((row) => row.error?.code)).toEqual(['source.denied', 'source.away']);
  });

  it('says with one row that the trouble is over', async () => {
    await pass(trouble('source.away'));
    await pass(done);
    await pass(done);

    expect(rows().map((row) => row.outcome)).toEqual(['done', 'waiting']);
  });

  it('says that the trouble of before the program started is over', async () => {
    await pass(trouble('source.away'));
    log = createRunLog(store.runs, clock);

    await pass(done);

    expect(rows().map((row) => row.outcome)).toEqual(['done', 'waiting']);
  });

  it('does not overwrite the numbers of a run that did something', async () => {
    await pass(trouble('source.lost'), { seen: { seen: 3, delivered: 3 }, writes: true });
    for (let look = 0; look < 10; look += 1) await pass(trouble('source.lost'));

    expect(rows().map((row) => row.counts.delivered)).toEqual([0, 3]);
  });

  it('makes one row of items that are put off at every look', async () => {
    const seen = { seen: 2, deferred: 2 };
    for (let look = 0; look < 5; look += 1) await pass(done, { seen, writes: true });

    expect(rows()).toMatchObject([{ outcome: 'done', counts: { deferred: 2 } }]);
  });

  it('keeps a row for each run that delivers', async () => {
    const seen = { seen: 1, delivered: 1 };
    await pass(done, { seen, writes: true });
    await pass(done, { seen, writes: true });

    expect(rows()).toHaveLength(2);
  });

  it('keeps a row of a look that only settled', async () => {
    await pass(done, { seen: { settled: 4 }, writes: true });

    expect(rows()).toMatchObject([{ counts: { settled: 4 } }]);
  });
});
