// The listener on 127.0.0.1 that the browser brings the provider's answer to. It serves that one answer and nothing
// else, whoever asks: a second tab, a page that guesses the port, an answer of another sign-in.
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { timingSafeEqual } from 'node:crypto';
import { type AppError, TransientError } from '../errors.ts';
import { untilAborted } from '../files/until-aborted.ts';
import { codeOf } from '../net/net-errors.ts';
import { answerPage, type PageKind } from './answer-page.ts';

export type LoopbackAnswer = {
  /** The redirect's address with the provider's parameters. */
  readonly url: URL;
  /** What the browser shows: it waits until it is known how the sign-in ended. */
  readonly reply: (outcome: Outcome) => Promise<void>;
};

type Outcome =
  { readonly ok: true; readonly user: string } | { readonly ok: false; readonly error: AppError };

export type Loopback = {
  readonly redirectUri: string;
  /** Rejects with CancelledError when the signal aborts. */
  readonly answer: (signal: AbortSignal) => Promise<LoopbackAnswer>;
  /** Never throws. */
  readonly close: () => void;
};

/**
 * `port` 0 = any; `hostName` is what providers want that know the listener by name. Throws TransientError
 * `signIn.portTaken` {port}.
 */
export async function openLoopback(options: {
  readonly port: number;
  readonly state: string;
  readonly hostName?: '127.0.0.1' | 'localhost';
}): Promise<Loopback> {
  const arrived = Promise.withResolvers<LoopbackAnswer>();
  let isAnswered = false;
  let origin = '';
  const serve = (request: IncomingMessage, response: ServerResponse): void => {
    const url = URL.parse(request.url ?? '', origin);
    // Another Host is a page of elsewhere that resolves its own name to here.
    const isOurs = url !== null && `http://${request.headers.host ?? ''}` === origin;
    if (!isOurs || request.method !== 'GET' || url.pathname !== '/') {
      response.writeHead(404).end();
      return;
    }
    const reply = (kind: PageKind) => show(request, response, kind);
    if (!isSame(url.searchParams.get('state') ?? '', options.state)) {
      void reply({ page: 'stranger' });
      return;
    }
    if (isAnswered) {
      void reply({ page: 'already' });
      return;
    }
    isAnswered = true;
    arrived.resolve({
      url,
      reply: (outcome) =>
        reply(
          outcome.ok
            ? { page: 'done', user: outcome.user }
            : { page: 'failed', error: outcome.error },
        ),
    });
  };
  const server = createServer(serve);
  server.listen(options.port, '127.0.0.1');
  try {
    await once(server, 'listening');
  } catch (cause) {
    const { port } = options;
    throw new TransientError('signIn.portTaken', { port, reason: codeOf(cause) ?? '' }, { cause });
  }
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  origin = `http://${options.hostName ?? '127.0.0.1'}:${port}`;
  return {
    redirectUri: `${origin}/`,
    answer: (signal) => untilAborted(arrived.promise, signal),
    close: () => {
      server.close();
      server.closeIdleConnections();
      // A browser keeps its connection open; what is still being answered ends first.
      setImmediate(() => {
        server.closeAllConnections();
      });
    },
  };
}

function isSame(a: string, b: string): boolean {
  const [left, right] = [Buffer.from(a), Buffer.from(b)];
  return left.length === right.length && timingSafeEqual(left, right);
}

/** Resolves when the browser has the page, or has gone. */
async function show(
  request: IncomingMessage,
  response: ServerResponse,
  kind: PageKind,
): Promise<void> {
  const { html, policy } = await answerPage(kind, request.headers['accept-language'] ?? '');
  if (response.destroyed) return;
  response.writeHead(kind.page === 'done' || kind.page === 'failed' ? 200 : 400, {
    'content-type': 'text/html; charset=utf-8',
    'content-security-policy': policy,
    'referrer-policy': 'no-referrer',
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
    connection: 'close',
  });
  const closed = once(response, 'close').catch(() => undefined);
  response.end(html);
  await closed;
}
