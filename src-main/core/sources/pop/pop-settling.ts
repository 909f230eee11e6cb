// Removes what is delivered: DELE for each, then QUIT, which alone makes it so (RFC 1939 §6). Only when QUIT was answered with
// `+OK` is anything told as removed; a lost answer is told as such, and the next run finds out by the identities.
import { toAppError, TransientError, type AppError } from '../../errors.ts';
import type { Checkpoint } from '../../ports.ts';
import type { SettleOrder, SettleOutcome } from '../source.ts';
import { commandError } from './pop-errors.ts';
import type { PopMailbox } from './pop-mailbox.ts';
import type { PopSession } from './pop-session.ts';
import type { PopCommand } from './pop-wire.ts';

export type PopSettling = {
  readonly session: PopSession;
  /** Of this very session: numbers mean nothing in another one. */
  readonly mailbox: PopMailbox;
  readonly checkpoint: Checkpoint;
  readonly signal: AbortSignal;
};

const REMOVED: SettleOutcome = { ok: true, location: null };

/** Ends the session where anything was removed. Throws CancelledError alone. */
export async function removeMails(
  { session, mailbox, checkpoint, signal }: PopSettling,
  orders: readonly SettleOrder[],
): Promise<readonly SettleOutcome[]> {
  const outcomes = new Map<SettleOrder, SettleOutcome>();
  const commands: PopCommand[] = [];
  const marked: SettleOrder[] = [];
  for (const order of orders) {
    const number = mailbox.numbers.get(order.key);
    if (number === undefined) {
      // No longer there: removed by us in a run whose QUIT went unheard, or by somebody else.
      outcomes.set(order, REMOVED);
      continue;
    }
    const text = `DELE ${number}`;
    const answered = (reply: Parameters<PopCommand['answered']>[0]) => {
      if (reply.status === 'ok') marked.push(order);
      else outcomes.set(order, outcomeOf(commandError(reply, text)));
      return undefined;
    };
    commands.push({ text, costBytes: 0, answered });
  }
  let failure: AppError | null = null;
  if (commands.length > 0) {
    try {
      await session.wire.exchange(commands, signal);
      checkpoint('pop.marked');
      await session.quit(signal);
      checkpoint('pop.removed');
    } catch (thrown) {
      failure = toAppError(thrown);
      if (failure.kind === 'cancelled') throw failure;
    }
  }
  const doubt = failure ? outcomeOf(failure) : REMOVED;
  for (const order of marked) outcomes.set(order, doubt);
  const unanswered = outcomeOf(
    failure ?? new TransientError('pop.refused', { command: 'DELE', text: '' }),
  );
  return orders.map((order) => outcomes.get(order) ?? unanswered);
}

function outcomeOf(error: AppError): SettleOutcome {
  return error.kind === 'gone' ? REMOVED : { ok: false, error };
}
