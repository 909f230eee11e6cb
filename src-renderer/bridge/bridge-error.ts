// An error of the core as it reaches the window: what to do, the code, its parameters, the field it concerns.
import type { ErrorBody, ErrorKind, ErrorParams } from '#contract/error-codes';

export class BridgeError extends Error {
  readonly kind: ErrorKind;
  readonly code: string;
  readonly params: ErrorParams;
  readonly field: string | undefined;

  constructor(body: ErrorBody) {
    super(body.code);
    this.name = 'BridgeError';
    this.kind = body.kind;
    this.code = body.code;
    this.params = body.params;
    this.field = body.field;
  }
}

/** What reaches nobody because the core could not be asked. */
export function lineError(code: 'api.gone' | 'api.badAnswer' | 'api.badToken'): BridgeError {
  return new BridgeError({
    kind: code === 'api.badToken' ? 'auth' : 'transient',
    code,
    params: {},
  });
}

/** Nobody waits for the answer any more. */
export const cancelledError = (): BridgeError =>
  new BridgeError({ kind: 'cancelled', code: 'run.cancelled', params: {} });

/** Anything thrown, as an error with a code. */
export function toBridgeError(thrown: unknown): BridgeError {
  if (thrown instanceof BridgeError) return thrown;
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  return new BridgeError({ kind: 'unexpected', code: 'internal.bug', params: { message } });
}
