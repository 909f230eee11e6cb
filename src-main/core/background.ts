// The only place where a promise may run unawaited: its failure is logged, never lost.
import { toAppError } from './errors.ts';
import type { Logger } from './ports.ts';

export function background(promise: Promise<unknown>, logger: Logger): void {
  promise.catch((thrown: unknown) => {
    const error = toAppError(thrown);
    if (error.kind !== 'cancelled') logger.log('error', error.code, { message: error.message });
  });
}
