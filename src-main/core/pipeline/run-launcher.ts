// One run of one launcher: recover → settle what is due → list → judge → fetch → deliver → settle → remember.
// The source is listed afresh each time and is the truth; the ledger says what of it is done.
import { toAppError, toErrorBody } from '../errors.ts';
import type { Source } from '../sources/source.ts';
import { createBudget } from './budget.ts';
import { lookAtSource } from './look.ts';
import { outcomeOf, type RunResult } from './outcome.ts';
import { recover } from './recover.ts';
import type { RunContext } from './run-context.ts';
import { settleDelivered } from './settle-items.ts';

/** Never throws: what ends the run early is in the result. */
export async function runLauncher(context: RunContext, source: Source): Promise<RunResult> {
  try {
    return await collect(context, source);
  } catch (thrown) {
    const error = toAppError(thrown);
    if (error.kind === 'cancelled') return { outcome: 'stopped', error: null };
    const outcome = error.kind === 'transient' ? 'waiting' : 'failed';
    return { outcome, error: toErrorBody(error) };
  } finally {
    context.room.release();
    await source.close();
  }
}

async function collect(context: RunContext, source: Source): Promise<RunResult> {
  const { launcher, clock, signal } = context;
  // Here too and not only when the program starts: the share may have been away then.
  const { finished, held } = await recover(context, launcher.id);
  if (finished > 0 || held !== null) context.known.renew();
  context.forwarding?.release();
  await settleDelivered(context, source, { isListed: false });
  const budget = createBudget(launcher.limits.maxItems);
  const first = await lookAtSource(context, source, {
    budget,
    waits: mayLookTwice(context),
    only: undefined,
  });
  let { trouble } = first;
  if (first.growing.size > 0) {
    // By hand somebody waits for what lies there now: the second look that a quiet time asks for follows at once.
    const uncounted = new Set(first.growing);
    try {
      await clock.sleep(launcher.quietSeconds * 1000, signal);
      const second = await lookAtSource(context, source, {
        budget,
        waits: false,
        only: uncounted,
      });
      trouble = second.trouble ?? trouble;
    } finally {
      context.tally.item('deferred', uncounted.size);
    }
  }
  const unsettled = trouble === undefined ? null : toErrorBody(trouble);
  return outcomeOf(context, { unsettled, held });
}

/** Longer quiet times are left to the next run: nobody waits for them in front of a screen. */
function mayLookTwice({ launcher, cause, once }: RunContext): boolean {
  return cause === 'manual' && !once && launcher.quietSeconds > 0 && launcher.quietSeconds <= 60;
}
