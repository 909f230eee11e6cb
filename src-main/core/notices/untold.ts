// Which rules could not write a mail that was wanted, why, and when they try again: after one minute, two, four… at most
// two hours apart. Kept for the life of the program; a start, and a change of the configuration, try at once.
import type { NoticeRuleId } from '#contract/ids';
import type { Untold } from '#contract/model/notice';
import { type AppError, toErrorBody } from '../errors.ts';
import type { Clock } from '../ports.ts';
import { retryDelayMs } from '../router/outbox/after-attempt.ts';

export interface UntoldBook {
  readonly of: (id: NoticeRuleId) => Untold | null;
  /** Whether a try is due; of a rule without trouble always. */
  mayTry(id: NoticeRuleId): boolean;
  failed(id: NoticeRuleId, error: AppError): void;
  over(id: NoticeRuleId): void;
  /** What kept them may have been mended. */
  forgive(): void;
}

type Trouble = Untold & { readonly tries: number; readonly dueMs: number };

export function createUntoldBook(clock: Clock): UntoldBook {
  const troubles = new Map<NoticeRuleId, Trouble>();
  return {
    of: (id) => {
      const found = troubles.get(id);
      if (found === undefined) return null;
      const { error, since, nextTryAt } = found;
      return { error, since, nextTryAt };
    },
    mayTry: (id) => (troubles.get(id)?.dueMs ?? 0) <= clock.monotonicMs(),
    failed: (id, error) => {
      const now = clock.now();
      const before = troubles.get(id);
      const tries = (before?.tries ?? 0) + 1;
      const wait = retryDelayMs(tries);
      troubles.set(id, {
        error: toErrorBody(error),
        since: before?.since ?? now.toISOString(),
        nextTryAt: new Date(now.getTime() + wait).toISOString(),
        tries,
        dueMs: clock.monotonicMs() + wait,
      });
    },
    over: (id) => {
      troubles.delete(id);
    },
    forgive: () => {
      for (const [id, one] of troubles) troubles.set(id, { ...one, tries: 0, dueMs: 0 });
    },
  };
}
