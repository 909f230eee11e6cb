// The closed set of errors, by what to do about them. Anything else that is thrown is a bug
// (`unexpected`). A code has its sentence in the locales; `cause` keeps the original for the log.
import type { ErrorBody, ErrorKind, ErrorParams } from '#contract/error-codes';
import { storeFailure } from './store/store-failure.ts';

type Extra = {
  readonly cause?: unknown;
  readonly field?: string;
  readonly retryAfterSeconds?: number;
};

export class AppError extends Error {
  readonly kind: ErrorKind;
  readonly code: string;
  readonly params: ErrorParams;
  readonly field: string | undefined;
  readonly retryAfterSeconds: number | undefined;

  constructor(kind: ErrorKind, code: string, params: ErrorParams = {}, extra: Extra = {}) {
    super(
      `${code} ${JSON.stringify(params)}`,
      extra.cause === undefined ? {} : { cause: extra.cause },
    );
    this.name = new.target.name;
    this.kind = kind;
    this.code = code;
    this.params = params;
    this.field = extra.field;
    this.retryAfterSeconds = extra.retryAfterSeconds;
  }
}

/** A form must be edited; `field` is the dotted path of the value that is wrong. */
export class ConfigError extends AppError {
  constructor(code: string, params?: ErrorParams, extra?: Extra) {
    super('config', code, params, extra);
  }
}
/** Somebody must sign in again; the launcher pauses until then. */
export class AuthError extends AppError {
  constructor(code: string, params?: ErrorParams, extra?: Extra) {
    super('auth', code, params, extra);
  }
}
/** Will pass: try again later. */
export class TransientError extends AppError {
  constructor(code: string, params?: ErrorParams, extra?: Extra) {
    super('transient', code, params, extra);
  }
}
/** This one item can never go through: quarantine, and on with the next. */
export class RefusedError extends AppError {
  constructor(code: string, params?: ErrorParams, extra?: Extra) {
    super('refused', code, params, extra);
  }
}
/** The item is no longer at its source. */
export class GoneError extends AppError {
  constructor(code: string, params?: ErrorParams, extra?: Extra) {
    super('gone', code, params, extra);
  }
}
/** Somebody asked to stop. */
export class CancelledError extends AppError {
  constructor() {
    super('cancelled', 'run.cancelled');
  }
}

/** Any thrown value as an AppError; what the database cannot help is transient, what else is not ours becomes `unexpected` with its message as parameter. */
export function toAppError(thrown: unknown): AppError {
  if (thrown instanceof AppError) return thrown;
  if (thrown instanceof Error && thrown.name === 'AbortError') return new CancelledError();
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  const failure = storeFailure(thrown);
  if (failure !== undefined) return new TransientError(failure, { message }, { cause: thrown });
  return new AppError('unexpected', 'internal.bug', { message }, { cause: thrown });
}

export function toErrorBody(thrown: unknown): ErrorBody {
  const error = toAppError(thrown);
  return {
    kind: error.kind,
    code: error.code,
    params: error.params,
    ...(error.field === undefined ? {} : { field: error.field }),
    ...(error.retryAfterSeconds === undefined
      ? {}
      : { retryAfterSeconds: error.retryAfterSeconds }),
  };
}

export function throwIfAborted(signal: AbortSignal): void {
  if (signal.aborted) throw new CancelledError();
}

/** Says to the compiler that all cases were handled, and fails loudly if not. */
export function assertNever(value: never): never {
  throw new AppError('unexpected', 'internal.bug', {
    message: `unhandled case ${JSON.stringify(value)}`,
  });
}
