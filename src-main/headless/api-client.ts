// A session over the loopback API of a running `serve`: the same face as the core in this process.
// The token is shown only to a server that proved that it knows it.
import { randomBytes } from 'node:crypto';
import { Reply } from '#contract/envelope';
import type { ErrorBody } from '#contract/error-codes';
import { z } from 'zod';
import type { Listener } from '../core/emitter.ts';
import { AppError, CancelledError, TransientError } from '../core/errors.ts';
import { readHolder } from '../core/store/instance-lock.ts';
import { listenToEvents } from './api-events.ts';
import { exchange } from './loopback-request.ts';
import { isSameSecret, proofOf, readToken } from '../core/loopback/api-token.ts';
import type { Session } from './session.ts';
import type { Dispatch } from '../core/api/dispatch.ts';
import { typedCall } from '../core/api/typed-call.ts';

/** How long the first answer of a `serve` may take; after it, calls take as long as they take. */
const PROOF_MS = 2_000;

/** The `serve` that holds the data folder; undefined where none answers. Never throws. */
export async function connectToHolder(dataDir: string): Promise<Session | undefined> {
  const url = readHolder(dataDir)?.url;
  if (url === undefined || url === null || !/^http:\/\/127\.0\.0\.1:\d+$/.test(url))
    return undefined;
  const token = await readToken(dataDir);
  if (token === undefined || !(await isProven(url, token))) return undefined;
  return createApiClient(url, token);
}

export function createApiClient(url: string, token: string): Session {
  const subscriptions = new Set<AbortController>();
  const call: Dispatch = async (name, input, { signal } = {}) => {
    const text = await reach(() =>
      exchange({
        url: `${url}/api/call`,
        token,
        body: JSON.stringify({ name, input }),
        ...(signal === undefined ? {} : { signal }),
      }),
    );
    const reply = Reply.safeParse(parseJson(text));
    if (!reply.success) throw new TransientError('api.badAnswer');
    if (reply.data.ok) return reply.data.value;
    throw fromBody(reply.data.error);
  };
  return {
    call: typedCall(call),
    on: (listener: Listener) => {
      const subscription = new AbortController();
      subscriptions.add(subscription);
      listenToEvents({ url: `${url}/api/events`, token, signal: subscription.signal }, listener);
      return () => {
        subscription.abort();
        subscriptions.delete(subscription);
      };
    },
    isRemote: true,
    close: () => {
      for (const subscription of subscriptions) subscription.abort();
      return Promise.resolve();
    },
  };
}

async function isProven(url: string, token: string): Promise<boolean> {
  const nonce = randomBytes(16).toString('hex');
  try {
    const signal = AbortSignal.timeout(PROOF_MS);
    const text = await exchange({ url: `${url}/api/health?nonce=${nonce}`, signal });
    const health = z.object({ proof: z.string() }).safeParse(parseJson(text));
    return health.success && isSameSecret(health.data.proof, proofOf(token, nonce));
  } catch {
    // Nobody there, or somebody else: then the lock on the data folder decides.
    return false;
  }
}

async function reach(ask: () => Promise<string>): Promise<string> {
  try {
    return await ask();
  } catch (cause) {
    if (cause instanceof Error && cause.name === 'AbortError') throw new CancelledError();
    throw new TransientError('api.gone', {}, { cause });
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // Reported by whoever parses the result.
    return undefined;
  }
}

function fromBody({ kind, code, params, field, retryAfterSeconds }: ErrorBody): AppError {
  return new AppError(kind, code, params, {
    ...(field === undefined ? {} : { field }),
    ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }),
  });
}
