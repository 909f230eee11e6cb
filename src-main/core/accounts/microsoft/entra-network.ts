// The way of MSAL to the network: every call has a deadline, a hiccup while somebody types the code does not end the
// sign-in, and what Entra said is kept, which MSAL throws away.
import type { INetworkModule, NetworkRequestOptions } from '@azure/msal-node';
import { z } from 'zod';
import { type AppError, CancelledError, TransientError } from '../../errors.ts';
import { silenceDeadline, withinTime } from '../../net/deadline.ts';
import { type HttpFetch, httpError, peerOf, retryAfterSeconds } from '../../net/http-errors.ts';
import type { Clock, Logger } from '../../ports.ts';
import { EntraRefusal } from './entra-errors.ts';

export type EntraNetwork = INetworkModule & {
  /** Why the last call failed below the protocol; null when Entra answered. */
  readonly failure: () => AppError | null;
  /** What Entra refused last, other than "not yet". */
  readonly refusal: () => EntraRefusal | null;
  /** Seconds the right to renew lasts, where Entra says so. */
  readonly renewSeconds: () => number | null;
};

export type EntraNetworkOptions = {
  readonly fetch: HttpFetch;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly signal: AbortSignal;
};

const ANSWER_MS = 30_000;
/** RFC 8628 §3.5: the default between two questions, and what is added at every `slow_down`. */
const INTERVAL_SECONDS = 5;
const LONGEST_WAIT_SECONDS = 60;

type Body = Readonly<Record<string, unknown>>;

export function createEntraNetwork(options: EntraNetworkOptions): EntraNetwork {
  const { fetch, clock, logger, signal } = options;
  let failure: AppError | null = null;
  let refusal: EntraRefusal | null = null;
  let renewSeconds: number | null = null;
  let slowSeconds = 0;

  const ask = async (
    method: 'GET' | 'POST',
    url: string,
    given: NetworkRequestOptions,
    within: AbortSignal,
  ) => {
    const response = await fetch(url, {
      method,
      ...(given.headers === undefined ? {} : { headers: given.headers }),
      ...(given.body === undefined ? {} : { body: given.body }),
      redirect: 'manual',
      signal: within,
    });
    return { response, body: parseBody(await response.text()) };
  };

  /** "Not yet" in the words of Entra: MSAL asks again at its next turn. */
  const notYet = async (why: string, waitSeconds: number) => {
    logger.log('warn', 'entra.hiccup', { why, waitSeconds });
    if (waitSeconds > 0) await clock.sleep(waitSeconds * 1000, signal);
    const body = { error: 'authorization_pending', error_description: why };
    return { headers: {}, status: 400, body };
  };

  const send = async (method: 'GET' | 'POST', url: string, given: NetworkRequestOptions = {}) => {
    const isPolling =
      method === 'POST' && /(?:^|&)grant_type=device_code(?:&|$)/.test(given.body ?? '');
    failure = null;
    let answer: Awaited<ReturnType<typeof ask>>;
    try {
      const deadline = silenceDeadline(clock, ANSWER_MS, signal);
      answer = await withinTime(deadline, peerOf(url), (within) => ask(method, url, given, within));
    } catch (thrown) {
      failure = httpError(thrown, url);
      if (isPolling && !(failure instanceof CancelledError))
        return await notYet(failure.code, slowSeconds);
      throw failure;
    }
    const { response, body } = answer;
    const isSlowDown = body?.['error'] === 'slow_down';
    if (isSlowDown) slowSeconds += INTERVAL_SECONDS;
    const isHiccup =
      body === null || response.status === 429 || response.status >= 500 || isSlowDown;
    const retryAfter = Math.min(
      retryAfterSeconds(response.headers.get('retry-after'), clock) ?? 0,
      LONGEST_WAIT_SECONDS,
    );
    if (isPolling && isHiccup) {
      return await notYet(
        isSlowDown ? 'slow_down' : `HTTP ${response.status}`,
        Math.max(slowSeconds, retryAfter),
      );
    }
    if (isHiccup) {
      const { host } = new URL(url);
      const code = body === null && response.status < 500 ? 'microsoft.notEntra' : 'microsoft.away';
      const wait = retryAfter > 0 ? { retryAfterSeconds: retryAfter } : {};
      failure = new TransientError(code, { host, status: response.status }, wait);
      throw failure;
    }
    const refused = EntraRefusal.safeParse(body).data;
    const isPending = refused?.error === 'authorization_pending';
    if (refused && !isPending) refusal = refused;
    if (isPending && slowSeconds > 0) await clock.sleep(slowSeconds * 1000, signal);
    const isDeviceCode = method === 'POST' && new URL(url).pathname.endsWith('/devicecode');
    // MSAL would show an undefined code and begin to ask for it.
    if (isDeviceCode && refused) throw new Error(refused.error);
    const lasts = body['refresh_token_expires_in'];
    if (typeof lasts === 'number') renewSeconds = lasts;
    return {
      headers: Object.fromEntries(response.headers),
      status: response.status,
      body: isDeviceCode ? { interval: INTERVAL_SECONDS, message: '', ...body } : body,
    };
  };

  return {
    sendGetRequestAsync: async <T>(url: string, given?: NetworkRequestOptions) =>
      expected<T>(await send('GET', url, given)),
    sendPostRequestAsync: async <T>(url: string, given?: NetworkRequestOptions) =>
      expected<T>(await send('POST', url, given)),
    failure: () => failure,
    refusal: () => refusal,
    renewSeconds: () => renewSeconds,
  };
}

type Answer = {
  readonly headers: Record<string, string>;
  readonly status: number;
  readonly body: unknown;
};

/** MSAL says what it expects, and looks at it itself. */
const expected = <T>({ headers, status, body }: Answer) => ({
  headers,
  status,
  body: z.custom<T>().parse(body),
});

/** Null: no JSON object, so not Entra but a proxy or the page of a hotel. */
function parseBody(text: string): Body | null {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? { ...value } : null;
  } catch {
    // Judged by the caller.
    return null;
  }
}
