// How an attempt ends, in words that fit into a table of cases.
import type { AppError } from '#core/errors';

/** The rejection of a promise as `kind code`, or what it resolved to. */
export async function outcomeOf(promise: Promise<unknown>): Promise<unknown> {
  return await promise.catch((thrown: AppError) => `${thrown.kind} ${thrown.code}`);
}
