import { expect, it } from 'vitest';
import { nextRun } from '../../../src-renderer/components/launcher/next-run.ts';

const at = '2026-11-23T08:00:00.000Z';
const active = { enabled: true, paused: false };
const unplanned = { nextRunAt: null, pausedUntil: null };

it.each([
  ['the instant of its schedule', active, { ...unplanned, nextRunAt: at }, { kind: 'at', at }],
  ['that it runs by hand only', active, unplanned, { kind: 'byHand', at: '' }],
  [
    'that it waits to be resumed',
    { ...active, paused: true },
    unplanned,
    { kind: 'paused', at: '' },
  ],
  [
    'when its pause ends by itself',
    { ...active, paused: true },
    { ...unplanned, pausedUntil: at },
    { kind: 'resumes', at },
  ],
  [
    'that it is disabled, paused or not',
    { enabled: false, paused: true },
    { ...unplanned, pausedUntil: at },
    { kind: 'disabled', at: '' },
  ],
])('the next run of a launcher tells %s', (_, launcher, status, told) => {
  expect(nextRun(launcher, status)).toEqual(told);
});
