// When a launcher wakes next, or why it does not by itself: a schedule that rests is not one that is missing. Pure.
import type { Launcher } from '#contract/model/launcher';
import type { LauncherStatus } from '#contract/model/status';

export type NextRun = {
  readonly kind: 'at' | 'resumes' | 'paused' | 'disabled' | 'byHand';
  /** Empty where there is no instant to tell. */
  readonly at: string;
};

export function nextRun(
  { enabled, paused }: Pick<Launcher, 'enabled' | 'paused'>,
  { nextRunAt, pausedUntil }: Pick<LauncherStatus, 'nextRunAt' | 'pausedUntil'>,
): NextRun {
  if (!enabled) return { kind: 'disabled', at: '' };
  if (paused) return { kind: pausedUntil === null ? 'paused' : 'resumes', at: pausedUntil ?? '' };
  return { kind: nextRunAt === null ? 'byHand' : 'at', at: nextRunAt ?? '' };
}
