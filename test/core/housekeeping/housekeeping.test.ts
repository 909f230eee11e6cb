import { describe, expect, it } from 'vitest';
import { Settings } from '#contract/model/settings';
import { createHousekeeping } from '#core/housekeeping/housekeeping';
import { fakeClock } from '../../helpers/fake-clock.ts';
import { memoryLogger } from '../../helpers/memory-logger.ts';

const DAY_MS = 86_400_000;

describe('old history', () => {
  const setUp = (failures: number) => {
    const clock = fakeClock('2026-01-05T08:00:00Z');
    const logger = memoryLogger();
    const pruned: string[] = [];
    let left = failures;
    const housekeeping = createHousekeeping({
      clock,
      logger,
      pruneKept: () => Promise.resolve(0),
      store: {
        settings: { get: () => Settings.parse({ historyDays: 30 }), save: () => undefined },
        search: { gatherSome: () => false },
        runs: { prune: () => 0 },
        journal: {
          prune: (before: string) => {
            if (left-- > 0) throw new Error('database or disk is full');
            pruned.push(before);
            return 1;
          },
        },
      } as unknown as Parameters<typeof createHousekeeping>[0]['store'],
    });
    housekeeping.start();
    return { clock, logger, pruned, housekeeping };
  };

  it('goes at the start and every six hours', async () => {
    const { clock, pruned, housekeeping } = setUp(0);
    await clock.advance(DAY_MS / 2);

    expect(pruned).toEqual(['08', '14', '20'].map((hour) => `2025-12-06T${hour}:00:00.000Z`));
    await housekeeping.stop();
  });

  it('goes with the next round where the database could not be written', async () => {
    const { clock, logger, pruned, housekeeping } = setUp(1);
    await clock.advance(DAY_MS / 4);

    expect(pruned).toEqual(['2025-12-06T14:00:00.000Z']);
    expect(logger.entries.filter(({ level }) => level === 'warn')).toHaveLength(1);
    await housekeeping.stop();
  });
});

describe('the words of a long history', () => {
  it('leave the program to others for as long as each portion took', async () => {
    const fake = fakeClock();
    let workedMs = 0;
    const rests: number[] = [];
    const portionsMs = [30, 2, 12];
    const housekeeping = createHousekeeping({
      clock: {
        ...fake,
        monotonicMs: () => fake.monotonicMs() + workedMs,
        sleep: (ms, signal) => {
          rests.push(ms);
          return fake.sleep(ms, signal);
        },
      },
      logger: memoryLogger(),
      pruneKept: () => Promise.resolve(0),
      store: {
        search: {
          gatherSome: () => {
            const portionMs = portionsMs.shift();
            workedMs += portionMs ?? 0;
            return portionMs !== undefined;
          },
        },
      } as unknown as Parameters<typeof createHousekeeping>[0]['store'],
    });

    housekeeping.gatherSoon();
    housekeeping.gatherSoon();
    await fake.advance(1000);

    expect(rests).toEqual([30, 5, 12]);
    await housekeeping.stop();
  });
});
