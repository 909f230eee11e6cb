// What the disk threads are asked and what they answer: plain data, for it goes from one thread to another. An error
// goes as its parts and is put together again on the other side.
import type { ErrorBody } from '#contract/error-codes';
import {
  AppError,
  CancelledError,
  ConfigError,
  GoneError,
  RefusedError,
  toAppError,
  toErrorBody,
  TransientError,
} from '../../errors.ts';
import type { LocalFile } from '../../sources/source.ts';
import { systemCode } from '../files-errors.ts';
import type { Digest } from '../read-blocks.ts';
import type { SeenFile } from '../seen-file.ts';

/** The largest document that is kept whole in memory. */
export const SMALL_BYTES = 256 * 1024;

export type ThreadJob =
  /** Links, clones or copies a small file into a new temporary one, flushed and verified. */
  | { readonly kind: 'take'; readonly file: LocalFile; readonly tempPath: string }
  /** Writes the bytes that lie in the batch's slab into a new temporary file, flushed and verified. */
  | {
      readonly kind: 'write';
      readonly tempPath: string;
      readonly offset: number;
      readonly sizeBytes: number;
    }
  /** Refused with `name.taken` where something is at `to`, unless it may be replaced. */
  | {
      readonly kind: 'rename';
      readonly from: string;
      readonly to: string;
      readonly mayReplace: boolean;
    }
  /** Refused with `file.changed` where what lies there is no longer what was seen. */
  | { readonly kind: 'unlink'; readonly file: SeenFile };

export type ThreadBatch = {
  readonly id: number;
  readonly jobs: readonly ThreadJob[];
  /** Where the bytes of its `write` jobs lie; the sender leaves it alone until the answer. */
  readonly slab: SharedArrayBuffer;
};

/** Null where there is nothing to tell. */
export type ThreadAnswer =
  | { readonly ok: true; readonly digest: Digest | null }
  | { readonly ok: false; readonly fault: Fault };

export type ThreadReply = {
  readonly id: number;
  readonly answers: readonly ThreadAnswer[];
};

/** An AppError with the system's error behind it, or the system's error alone. */
export type Fault = {
  readonly body: ErrorBody | null;
  readonly message: string;
  /** `ENOSPC`…; empty where the error is not the system's. */
  readonly systemCode: string;
};

export function toFault(thrown: unknown): Fault {
  const isApp = thrown instanceof AppError;
  const cause = isApp ? thrown.cause : thrown;
  const code = systemCode(cause);
  const body = isApp || code === '' ? toErrorBody(toAppError(thrown)) : null;
  return { body, systemCode: code, message: cause instanceof Error ? cause.message : '' };
}

export function fromFault({ body, message, systemCode: code }: Fault): Error {
  const system = code === '' ? undefined : Object.assign(new Error(message), { code });
  if (body === null) return system ?? new Error(message);
  const { params, field, retryAfterSeconds } = body;
  const extra = {
    ...(system === undefined ? {} : { cause: system }),
    ...(field === undefined ? {} : { field }),
    ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }),
  };
  switch (body.kind) {
    case 'transient':
      return new TransientError(body.code, params, extra);
    case 'refused':
      return new RefusedError(body.code, params, extra);
    case 'gone':
      return new GoneError(body.code, params, extra);
    case 'config':
      return new ConfigError(body.code, params, extra);
    case 'cancelled':
      return new CancelledError();
    case 'auth':
    case 'unexpected':
      return new AppError(body.kind, body.code, params, extra);
  }
}
