// Requests to Microsoft Graph for one mailbox: immutable ids on every call, a deadline on every silence, waiting as
// asked, a new token once, and at most four at a time. What comes back is parsed by the caller's schema.
import type { z } from 'zod';
import type { Credentials } from '../accounts/credentials.ts';
import { CancelledError, TransientError, type AppError } from '../errors.ts';
import { createSilenceWatch, guarded, type Deadline } from '../net/deadline.ts';
import type { AskHttp, HttpAnswer } from '../net/ask-http.ts';
import { httpError, peerOf, retryAfterSeconds } from '../net/http-errors.ts';
import type { Clock, Logger } from '../ports.ts';
import { graphError, GraphRefusal, type GraphPlace } from './graph-errors.ts';
import type { Lane } from './graph-traffic.ts';

export type GraphOptions = {
  /** Without a slash at the end. */
  readonly base: string;
  /** `/me` or `/users/{address}`: what paths are below. */
  readonly root: string;
  readonly mailbox: string;
  readonly askHttp: AskHttp;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly lane: Lane;
  readonly credentials: (signal: AbortSignal) => Promise<Credentials>;
};

export type GraphRequest = {
  readonly method?: 'GET' | 'POST' | 'PATCH' | 'DELETE' | 'PUT';
  /** Below the mailbox's root, or a whole address Graph gave (`@odata.nextLink`). */
  readonly path: string;
  readonly about: Omit<GraphPlace, 'mailbox'>;
  readonly body?: { readonly type: string; readonly bytes: string };
  /**
   * Whether it may be asked again when no answer came, or a gateway's: left out = yes. Being told to wait (429) always
   * means that nothing was done.
   */
  readonly isRepeatable?: boolean;
  readonly signal: AbortSignal;
};

export interface GraphClient {
  /** The parsed body. Throws AppErrors by `graphError`, and those of the network. */
  json<T>(request: GraphRequest, schema: z.ZodType<T>): Promise<GraphReply<T>>;
  /** Any answer of success; its body is not looked at. */
  done(request: GraphRequest): Promise<void>;
  /** Each chunk goes to `write`, which may ask to wait; the chunk is the receiver's. Throws before or between chunks. */
  stream(request: GraphRequest, write: (chunk: Buffer) => Promise<void> | undefined): Promise<void>;
}

export type GraphReply<T> = { readonly value: T; readonly header: HttpAnswer['header'] };

/** Longest silence while an answer is due, or between two pieces of it. */
const SILENCE_MS = 60_000;
const TRIES = 4;
/** A server that cannot be reached is for the next run. */
const NETWORK_TRIES = 3;
/** Longer waits are for the next run: a launcher must not sit in the queue of others. */
const LONGEST_WAIT_MS = 30_000;
const IMMUTABLE = 'IdType="ImmutableId"';

/** Documents mostly are compressed already; descriptions are not. */
type Question = GraphRequest & { readonly coding?: 'gzip' };

type Open = { readonly answer: HttpAnswer; readonly deadline: Deadline };

export function createGraphClient(options: GraphOptions): GraphClient {
  const { base, root, mailbox, clock, logger, lane } = options;
  const peer = peerOf(base);
  const watchSilence = createSilenceWatch(clock, SILENCE_MS);
  let credentials: Promise<Credentials> | null = null;

  const sign = async (signal: AbortSignal): Promise<Credentials> => {
    const asked = (credentials ??= options.credentials(signal));
    try {
      return await asked;
    } catch (thrown) {
      if (credentials === asked) credentials = null;
      throw thrown;
    }
  };

  const ask = async (request: Question, signal: AbortSignal): Promise<HttpAnswer> => {
    const { method = 'GET', path, body, coding } = request;
    const { secret } = await sign(request.signal);
    const url = path.startsWith('/') ? `${base}${root}${path}` : ownAddress(path, base);
    return await options.askHttp(url, {
      method,
      headers: {
        authorization: `Bearer ${secret}`,
        prefer: IMMUTABLE,
        ...(coding === undefined ? {} : { 'accept-encoding': coding }),
        ...(body ? { 'content-type': body.type } : {}),
      },
      ...(body ? { body: body.bytes } : {}),
      signal,
    });
  };

  /** One attempt; a place in the lane is kept until `work` has read the answer to its end. */
  const attemptOnce = async <T>(
    request: Question,
    work: (open: Open) => Promise<T>,
  ): Promise<{ readonly value: T } | { readonly refused: AppError; readonly status: number }> => {
    const leave = await lane.enter(request.signal);
    const deadline = watchSilence(request.signal);
    try {
      return await guarded(deadline, peer, async (signal) => {
        const answer = await ask(request, signal);
        deadline.touch();
        const { status } = answer;
        if (status >= 200 && status < 300) return { value: await work({ answer, deadline }) };
        return { refused: await readRefusal(answer, request), status };
      });
    } finally {
      deadline.stop();
      leave();
    }
  };

  const exchange = async <T>(request: Question, work: (open: Open) => Promise<T>): Promise<T> => {
    let isRenewed = false;
    for (let attempt = 1; ; attempt += 1) {
      let waitMs: number;
      try {
        const outcome = await attemptOnce(request, work);
        if ('value' in outcome) return outcome.value;
        const { refused, status } = outcome;
        if (status === 401 && !isRenewed) {
          isRenewed = true;
          await renew(refused, request.signal);
          continue;
        }
        waitMs = waitAfter(refused, status, { request, attempt });
      } catch (thrown) {
        const error = httpError(thrown, base);
        const isPassing = error instanceof TransientError && error.code.startsWith('net.');
        const isOver = error.code === 'net.timeout' || attempt >= NETWORK_TRIES;
        if (!isPassing || isOver || request.isRepeatable === false) throw error;
        waitMs = 300 * attempt;
        logger.log('warn', error.code, { attempt });
      }
      await clock.sleep(waitMs, request.signal);
    }
  };

  /** The token may have been withdrawn before its time: another one, once. */
  const renew = async (refused: AppError, signal: AbortSignal): Promise<void> => {
    const now = await sign(signal);
    if (!now.renew) throw refused;
    credentials = now.renew(signal);
    await sign(signal);
  };

  /** Milliseconds until the next attempt; throws the refusal where there is none. */
  const waitAfter = (
    refused: AppError,
    status: number,
    { request, attempt }: { readonly request: GraphRequest; readonly attempt: number },
  ): number => {
    const isThrottled = status === 429;
    const isAway = [408, 500, 502, 503, 504].includes(status);
    const askedMs = (refused.retryAfterSeconds ?? 2 ** (attempt - 1)) * 1000;
    // All of the mailbox wait: their requests would count against it too.
    if (isThrottled || refused.retryAfterSeconds !== undefined) lane.pause(askedMs);
    if (!isThrottled && !(isAway && request.isRepeatable !== false)) throw refused;
    if (attempt >= TRIES || askedMs > LONGEST_WAIT_MS) throw refused;
    logger.log('warn', refused.code, { status, waitMs: askedMs, attempt });
    return askedMs;
  };

  const readRefusal = async (answer: HttpAnswer, request: GraphRequest): Promise<AppError> => {
    const text = await answer.text();
    const parsed = GraphRefusal.safeParse(parseJson(text));
    const { code, message } = parsed.data?.error ?? { code: '', message: text };
    const wait = retryAfterSeconds(answer.header('retry-after'), clock);
    const said = { status: answer.status, code, text: message, retryAfterSeconds: wait };
    return graphError(said, { ...request.about, mailbox });
  };

  return {
    json: (request, schema) =>
      exchange({ ...request, coding: 'gzip' }, async ({ answer }) => {
        const { status, header } = answer;
        const parsed = schema.safeParse(parseJson(await answer.text()));
        if (parsed.success) return { value: parsed.data, header };
        const text = parsed.error.issues[0]?.path.join('.') ?? '';
        throw new TransientError('graph.notUnderstood', { status, code: '', text });
      }),
    done: (request) =>
      exchange(request, async ({ answer }) => {
        await answer.each(() => undefined);
      }),
    stream: async (request, write) => {
      let isBegun = false;
      let broken: unknown;
      await exchange(request, async ({ answer, deadline }) => {
        try {
          await answer.each((chunk) => {
            isBegun = true;
            deadline.touch();
            const wait = write(chunk);
            return wait && aside(deadline, wait);
          });
        } catch (thrown) {
          // What was handed over cannot be taken back: not asked again.
          if (!isBegun) throw thrown;
          broken = deadline.isOver() ? new TransientError('net.timeout', { ...peer }) : thrown;
        }
      });
      if (broken === undefined) return;
      if (request.signal.aborted) throw new CancelledError();
      throw httpError(broken, base);
    },
  };
}

/** The receiver may take its time without the server being to blame. */
async function aside(deadline: Deadline, wait: Promise<void>): Promise<void> {
  deadline.hold(true);
  try {
    await wait;
  } finally {
    deadline.hold(false);
  }
}

/** An address that Graph gave; a token is shown to nobody else. */
function ownAddress(url: string, base: string): string {
  if (URL.parse(url)?.origin === new URL(base).origin) return url;
  const params = { status: 0, code: '', text: 'foreign address' };
  throw new TransientError('graph.notUnderstood', params);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // Judged by the schema.
    return undefined;
  }
}
