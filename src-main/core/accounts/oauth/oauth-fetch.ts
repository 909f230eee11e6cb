// The HTTP that carries OAuth2: bounded in time and size, over the system's authorities, and it remembers how the last
// exchange went, since the library tells only what the answer said.
import type { ReadableStream } from 'node:stream/web';
import type { CustomFetch, CustomFetchOptions } from 'openid-client';
import { z } from 'zod';
import { TransientError } from '../../errors.ts';
import { silenceDeadline, withinTime } from '../../net/deadline.ts';
import { httpError, peerOf, retryAfterSeconds } from '../../net/http-errors.ts';
import type { Clock } from '../../ports.ts';
import { readClaims } from '../claims.ts';
import type { Exchange } from './oauth-errors.ts';

const ANSWER_MS = 30_000;
const MAX_BYTES = 1_000_000;

export type OauthFetch = {
  readonly fetch: CustomFetch;
  readonly exchange: () => Exchange;
  /** What an identity token says that was taken out of an answer; empty where there was none. */
  readonly claims: () => Readonly<Record<string, unknown>>;
};

export type OauthFetchOptions = {
  readonly signal: AbortSignal;
  readonly clock: Clock;
  /**
   * Takes identity tokens out of the answers: without a known issuer the library could only refuse them. They come
   * straight from the provider over TLS (OpenID Connect Core §3.1.3.7, 6) and are used to show who answered.
   */
  readonly takesIdentity: boolean;
};

export function createOauthFetch({ signal, clock, takesIdentity }: OauthFetchOptions): OauthFetch {
  let exchange: Exchange = { host: '', status: null, retryAfterSeconds: null, failure: null };
  let claims: Readonly<Record<string, unknown>> = {};

  const request = async (url: string, options: CustomFetchOptions): Promise<Response> => {
    const { host } = new URL(url);
    exchange = { host, status: null, retryAfterSeconds: null, failure: null };
    try {
      const deadline = silenceDeadline(clock, ANSWER_MS, signal);
      return await withinTime(deadline, peerOf(url), async (within) => {
        const body = options.body ?? null;
        const answer = await fetch(url, { ...options, body, redirect: 'manual', signal: within });
        const text = await readCapped(answer, host);
        const { status, headers } = answer;
        const wait = retryAfterSeconds(headers.get('retry-after'), clock);
        exchange = { ...exchange, status, retryAfterSeconds: wait };
        return new Response(takesIdentity ? withoutIdentity(text) : text, { status, headers });
      });
    } catch (thrown) {
      const failure = httpError(thrown, url);
      exchange = { ...exchange, failure };
      throw failure;
    }
  };

  const withoutIdentity = (text: string): string => {
    const parsed = TokenAnswer.safeParse(parseJson(text));
    if (!parsed.success) return text;
    const { id_token: identity, ...rest } = parsed.data;
    claims = readClaims(identity);
    return JSON.stringify(rest);
  };

  return { fetch: request, exchange: () => exchange, claims: () => claims };
}

const TokenAnswer = z.looseObject({ id_token: z.string() });

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // Not JSON: the library says so.
    return undefined;
  }
}

async function readCapped(answer: Response, host: string): Promise<string> {
  const body: ReadableStream<Uint8Array> | null = answer.body;
  if (body === null) return '';
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of body) {
    bytes += chunk.length;
    if (bytes > MAX_BYTES) throw new TransientError('signIn.unreadable', { host, detail: 'size' });
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString();
}
