// The loopback API: POST /api/call {name, input} → Reply, POST /api/files?name=… (a file for a message) → Reply with its
// id, GET /api/events (server-sent), GET /api/health.
// It listens on 127.0.0.1 alone; `gate.ts` says who may ask. What the core refuses is a Reply too (status 200).
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { answerCall, type CallOptions } from '../api/answer-call.ts';
import { background } from '../background.ts';
import type { Emitter } from '../emitter.ts';
import { toAppError } from '../errors.ts';
import type { Clock } from '../ports.ts';
import type { Texts } from '#contract/texts/texts';
import { proofOf } from './api-token.ts';
import { createEventStreams } from './event-streams.ts';
import { admit, type Route } from './gate.ts';
import { refuse, sendJson, setSecurityHeaders } from './http-reply.ts';
import { listen } from './listen.ts';
import { readJson } from './read-json.ts';
import { answerFile, type ReceiveFile } from './answer-file.ts';
import { createStaticPage, type StaticPage } from './static-page.ts';

export type HttpApiOptions = CallOptions & {
  readonly core: { readonly on: Emitter['on']; readonly receiveFile?: ReceiveFile };
  readonly token: string;
  readonly clock: Clock;
  /** For the sentence beside a refusal. */
  readonly texts: Texts;
  /** The window, at `/`. */
  readonly page?: StaticPage;
  readonly limits?: Partial<Limits>;
};

type Limits = {
  /** Largest body of a call; an import with certificates is the largest one there is. */
  readonly bodyBytes: number;
  /** A client that sends its request slower than this is cut off. */
  readonly headersMs: number;
  readonly requestMs: number;
  /** How long the end waits for the calls under way, which were told to stop. */
  readonly graceMs: number;
};

const usualLimits: Limits = {
  bodyBytes: 16 * 1024 * 1024,
  headersMs: 10_000,
  requestMs: 30_000,
  graceMs: 5_000,
};

export interface HttpApi {
  /** `http://127.0.0.1:PORT`. Throws ConfigError `api.portTaken` {port}. Port 0 = a free one. */
  listen(port: number): Promise<string>;
  /** Refuses what is new, tells the calls under way to stop, waits a little, closes every connection. Idempotent. */
  close(): Promise<void>;
}

export function createHttpApi(options: HttpApiOptions): HttpApi {
  const { core, clock, logger, texts, page = createStaticPage() } = options;
  const limits = { ...usualLimits, ...options.limits };
  const streams = createEventStreams(clock, logger);
  const underWay = new Set<Promise<void>>();
  const stopped = new AbortController();
  const unsubscribe = core.on(streams.send);
  let port = 0;

  const serveCall = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const body = await readJson(request, limits.bodyBytes);
    if (!body.ok) {
      refuse(response, body.refusal, texts);
      return;
    }
    const left = new AbortController();
    response.once('close', () => {
      left.abort();
    });
    const signal = AbortSignal.any([left.signal, stopped.signal]);
    sendJson(response, 200, await answerCall(options, body.value, signal));
  };

  const serveFile = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const { receiveFile } = core;
    if (receiveFile === undefined) {
      refuse(response, { status: 404, code: 'api.notFound' }, texts);
      return;
    }
    const reply = await answerFile(receiveFile, request, stopped.signal);
    // The rest of a file that was refused is not waited for.
    if (!reply.ok) response.setHeader('Connection', 'close');
    sendJson(response, 200, reply);
  };

  const serve = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    setSecurityHeaders(response);
    const route = stopped.signal.aborted
      ? ({ status: 503, code: 'api.stopping' } as const)
      : admit(knockOf(request), { port, token: options.token });
    if (typeof route !== 'string') {
      // The gate looked at Host and Origin before it found no such route.
      if (route.code === 'api.notFound' && (await page(request, response))) return;
      refuse(response, route, texts);
    } else if (route === 'call') await serveCall(request, response);
    else if (route === 'files') await serveFile(request, response);
    else serveLook(route, request, response);
  };

  const serveLook = (
    route: Exclude<Route, 'call' | 'files'>,
    request: IncomingMessage,
    response: ServerResponse,
  ): void => {
    if (route === 'events') {
      const full = { status: 503, code: 'api.tooMany' } as const;
      if (!streams.add(response)) refuse(response, full, texts);
      return;
    }
    const nonce = /[?&]nonce=([\w-]{1,128})/.exec(request.url ?? '')?.[1];
    const proof = nonce === undefined ? {} : { proof: proofOf(options.token, nonce) };
    sendJson(response, 200, { ok: true, ...proof });
  };

  const server = createLimitedServer(limits, (request, response) => {
    const work = serve(request, response).catch((thrown: unknown) => {
      // The connection broke while the body was read: there is nobody to answer.
      logger.log('debug', 'api.cut', { message: toAppError(thrown).message });
      response.destroy();
    });
    underWay.add(work);
    background(
      work.finally(() => underWay.delete(work)),
      logger,
    );
  });

  const close = async (): Promise<void> => {
    unsubscribe();
    stopped.abort();
    server.close();
    streams.close();
    const enough = new AbortController();
    const grace = clock.sleep(limits.graceMs, enough.signal).catch(() => undefined);
    await Promise.race([Promise.allSettled(underWay), grace]);
    enough.abort();
    server.closeAllConnections();
  };
  let closing: Promise<void> | undefined;

  return {
    listen: async (wanted) => {
      port = await listen(server, wanted);
      return `http://127.0.0.1:${port}`;
    },
    close: () => (closing ??= close()),
  };
}

function createLimitedServer(
  limits: Limits,
  onRequest: (request: IncomingMessage, response: ServerResponse) => void,
): Server {
  const server = createServer(
    {
      headersTimeout: limits.headersMs,
      requestTimeout: limits.requestMs,
      keepAliveTimeout: 5_000,
      connectionsCheckingInterval: Math.min(2_000, limits.headersMs),
      maxHeaderSize: 8 * 1024,
    },
    onRequest,
  );
  server.maxConnections = 128;
  return server;
}

function knockOf(request: IncomingMessage) {
  const names = request.rawHeaders.filter((_, index) => index % 2 === 0);
  return {
    method: request.method ?? '',
    path: (request.url ?? '').split('?', 1)[0] ?? '',
    headers: request.headers,
    hostCount: names.filter((name) => name.toLowerCase() === 'host').length,
  };
}
