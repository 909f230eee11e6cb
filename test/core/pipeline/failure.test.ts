import { describe, expect, it } from 'vitest';
import { ItemId } from '#contract/ids';
import { Launcher } from '#contract/model/launcher';
import {
  type AppError,
  AuthError,
  CancelledError,
  ConfigError,
  GoneError,
  RefusedError,
  toAppError,
  TransientError,
} from '#core/errors';
import { failureOf } from '#core/pipeline/failure';
import { fakeClock } from '../../helpers/fake-clock.ts';

const launcher = Launcher.parse({
  ...{ id: 'l', description: 'x', paused: false, createdAt: '', changedAt: '' },
  source: { protocol: 'folder', path: '/in' },
  limits: { maxAttempts: 3 },
});

function after(error: AppError, attempts: number) {
  const id = ItemId.parse(1);
  // Two seconds in: by so much the next attempt comes sooner than its minutes say.
  const clock = fakeClock('2026-01-05T08:00:02Z');
  const { state, nextTryAt, uncounted } = failureOf({ launcher, clock }, { id, attempts }, error);
  return { state, waits: nextTryAt?.slice(11, 16) ?? null, counts: uncounted !== true };
}

const again = (waits: string | null, counts: boolean) => ({ state: 'deferred', waits, counts });
const over = (state: string) => ({ state, waits: null, counts: true });

describe('a failed attempt', () => {
  it.each<[string, AppError, number, object]>([
    ['transient, the first', new TransientError('imap.busy'), 1, again('08:01', true)],
    ['transient, the second', new TransientError('imap.busy'), 2, again('08:05', true)],
    ['transient, the last', new TransientError('imap.busy'), 3, over('quarantined')],
    ['refused', new RefusedError('file.empty'), 1, over('quarantined')],
    ['gone', new GoneError('file.gone'), 9, over('gone')],
    ['stopped', new CancelledError(), 3, again(null, false)],
    ['a bug', toAppError(new TypeError('x')), 3, over('quarantined')],
    ['sign-in', new AuthError('imap.signInRefused'), 1, again('08:01', true)],
    ['disk full, however often', new TransientError('disk.full'), 9, again('08:01', false)],
    ['share away, however often', new TransientError('target.away'), 9, again('08:01', false)],
    ['wrong target, however often', new ConfigError('target.notFolder'), 9, again('08:01', false)],
    ['too many open files', new TransientError('system.exhausted'), 9, again('08:01', false)],
    ['too long a name for the disk', new RefusedError('disk.name'), 1, over('quarantined')],
  ])('(%s) means: %#', (_, error, attempts, expected) => {
    expect(after(error, attempts)).toEqual(expected);
  });

  it('waits as long as the other side asks for', () => {
    const patience = { retryAfterSeconds: 1800 };

    expect(after(new TransientError('disk.full', {}, patience), 1).waits).toBe('08:30');
    expect(after(new TransientError('imap.busy', {}, patience), 1).waits).toBe('08:30');
  });
});
