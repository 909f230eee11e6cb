// The HTTP that carries OAuth2: bounded in time and size, over the system's authorities, and it remembers how the last
// exchange went, since the library tells only what the answer said.
import type { ReadableStream } from 'node:stream/web';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import type { CustomFetch, CustomFetchOptions } from 'openid-client';
import { z } from 'zod';
import { ConfigError, type AppError, TransientError, CancelledError } from '../../errors.ts';
import { codeOf, networkError } from '../../net/net-errors.ts';
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
  /**
   * Takes identity tokens out of the answers: without a known issuer the library could only refuse them. They come
   * straight from the provider over TLS (OpenID Connect Core §3.1.3.7, 6) and are used to show who answered.
   */
  readonly takesIdentity: boolean;
};

export function createOauthFetch({ signal, takesIdentity }: OauthFetchOptions): OauthFetch {
  let exchange: Exchange = { host: '', status: null, retryAfterSeconds: null, failure: null };
  let claims: Readonly<Record<string, unknown>> = {};

  const request = async (url: string, options: CustomFetchOptions): Promise<Response> => {
    const { host } = new URL(url);
    exchange = { host, status: null, retryAfterSeconds: null, failure: null };
    const timeout = AbortSignal.timeout(ANSWER_MS);
    try {
      const answer = await fetch(url, {
        ...options,
        body: options.body ?? null,
        redirect: 'manual',
        signal: AbortSignal.any([signal, timeout]),
      });
      const text = await readCapped(answer);
      exchange = { ...exchange, status: answer.status, retryAfterSeconds: retryAfter(answer) };
      const { status, headers } = answer;
      return new Response(takesIdentity ? withoutIdentity(text) : text, { status, headers });
    } catch (thrown) {
      const failure = signal.aborted ? new CancelledError() : fetchError(thrown, new URL(url));
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

/** fetch takes the process's default authorities: those of the system too, for proxies that look into TLS. Once is enough. */
export function trustSystemAuthorities(): void {
  try {
    const all = [...getCACertificates('default'), ...getCACertificates('system')];
    setDefaultCACertificates([...new Set(all)]);
  } catch {
    // No readable store on this machine: the bundled authorities remain.
  }
}

/** The payload of a JWT, unverified; empty when it is none. */
export function readClaims(jwt: string): Readonly<Record<string, unknown>> {
  const [, payload = ''] = jwt.split('.');
  const parsed = Claims.safeParse(parseJson(Buffer.from(payload, 'base64url').toString()));
  return parsed.success ? parsed.data : {};
}

const TokenAnswer = z.looseObject({ id_token: z.string() });
const Claims = z.record(z.string(), z.unknown());

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // Not JSON: the library says so.
    return undefined;
  }
}

async function readCapped(answer: Response): Promise<string> {
  const body: ReadableStream<Uint8Array> | null = answer.body;
  if (body === null) return '';
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of body) {
    bytes += chunk.length;
    if (bytes > MAX_BYTES)
      throw new TransientError('signIn.unreadable', { host: '', detail: 'size' });
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString();
}

function retryAfter(answer: Response): number | null {
  const seconds = Number(answer.headers.get('retry-after') ?? '');
  return Number.isFinite(seconds) && seconds > 0 ? Math.ceil(seconds) : null;
}

/** fetch hides the system's error in `cause`. */
function fetchError(thrown: unknown, url: URL): AppError {
  const peer = {
    host: url.hostname,
    port: Number(url.port) || (url.protocol === 'https:' ? 443 : 80),
  };
  const cause = thrown instanceof Error && thrown.cause !== undefined ? thrown.cause : thrown;
  const known = networkError(cause, peer);
  if (known !== null) return known;
  const code = codeOf(cause) ?? '';
  if (CERTIFICATE.test(code)) {
    return new ConfigError('signIn.certificate', { host: peer.host, reason: code }, { cause });
  }
  if (thrown instanceof Error && thrown.name === 'TimeoutError') {
    return new TransientError('net.timeout', peer, { cause });
  }
  return new TransientError('signIn.unreadable', { host: peer.host, detail: code }, { cause });
}

const CERTIFICATE = /CERT|SELF_SIGNED|UNABLE_TO_(GET|VERIFY)/;
