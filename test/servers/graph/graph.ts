// A stand-in for Microsoft Graph's mail, for the calls used. Each rule names the page of learn.microsoft.com it comes from;
// it refuses what Graph refuses, and whatever else nobody has asked it to know.
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { GraphBases } from '#core/graph/graph-clouds';
import { createMailbox, type Content, type Mailbox } from './mailboxes.ts';
import { Refusal } from './query.ts';
import { answerCall, type Call, type Reply } from './calls.ts';
import { createSending, type Sending } from './sending.ts';

export type GraphToken = {
  readonly user: string;
  /** As in `scp` or `roles`. */
  readonly scopes: readonly string[];
  readonly isApplication: boolean;
};

/** A fault for the requests whose `METHOD path` it matches. */
export type GraphFault = {
  readonly on: RegExp;
  /** Left out = always. */
  times?: number;
  /** Matching requests let through before. */
  after?: number;
  readonly what:
    | {
        readonly kind: 'status';
        readonly status: number;
        readonly code?: string;
        readonly text?: string;
        readonly retryAfter?: number | string;
      }
    | { readonly kind: 'reset' }
    /** Nothing at all. */
    | { readonly kind: 'silence' }
    /** The request is carried out, and the answer lost. */
    | { readonly kind: 'lostAnswer' }
    /** The connection breaks after so many bytes of the body. */
    | { readonly kind: 'cut'; readonly bytes: number }
    /** The body stops after so many bytes, and the connection stays. */
    | { readonly kind: 'stall'; readonly bytes: number };
};

export type Graph = {
  readonly bases: GraphBases;
  readonly url: string;
  readonly mailbox: (address: string) => Mailbox;
  readonly accept: (token: string, as: Partial<GraphToken> & { readonly user: string }) => void;
  readonly revoke: (token: string) => void;
  readonly faults: GraphFault[];
  /** `METHOD path?query`, in the order they came. */
  readonly requests: string[];
  /** Most requests of one mailbox that were answered at the same time. */
  readonly mostAtOnce: () => number;
  readonly sending: Sending;
  /** How long Exchange takes over each request. */
  pace: () => Promise<void>;
  /** Leaves the confirmation of preferences out. */
  silentAboutPreferences: boolean;
  readonly stop: () => Promise<void>;
};

/** learn.microsoft.com/graph/throttling-limits#outlook-service-limits: requests of one app to one mailbox at a time. */
const AT_ONCE = 4;
const ALL = ['Mail.ReadWrite', 'Mail.Send', 'Mail.ReadWrite.Shared', 'Mail.Send.Shared'];

export async function startGraph(): Promise<Graph> {
  const tokens = new Map<string, GraphToken>();
  const mailboxes = new Map<string, Mailbox>();
  const inside = new Map<string, number>();
  const requests: string[] = [];
  const faults: GraphFault[] = [];
  let mostAtOnce = 0;

  const server = createServer((request, response) => {
    void serve(request, response).catch((thrown: unknown) => {
      response.destroy(thrown instanceof Error ? thrown : new Error('stand-in'));
    });
  });

  const serve = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const url = new URL(request.url ?? '', 'http://graph');
    const { method = 'GET' } = request;
    const name = `${method} ${decodeURIComponent(url.pathname)}${url.search}`;
    requests.push(name);
    const fault = faultFor(name);
    if (fault?.kind === 'reset') return void request.socket.resetAndDestroy();
    if (fault?.kind === 'silence') return;
    const body = await readBody(request);
    let key: string | null = null;
    const leave = (): void => {
      if (key !== null) inside.set(key, (inside.get(key) ?? 1) - 1);
      key = null;
    };
    try {
      if (fault?.kind === 'status') throw statusRefusal(fault);
      if (url.pathname.startsWith('/upload/')) {
        const reply = graph.sending.upload(url, request, body);
        if (fault?.kind === 'lostAnswer') return void request.socket.resetAndDestroy();
        send(response, reply, fault);
        return;
      }
      const call = authorise(request, url, body);
      key = call.mailbox.address;
      const now = (inside.get(key) ?? 0) + 1;
      inside.set(key, now);
      mostAtOnce = Math.max(mostAtOnce, now);
      if (now > AT_ONCE) {
        throw new Refusal(
          429,
          'ApplicationThrottled',
          'Application is over its MailboxConcurrency limit.',
          {
            'retry-after': '1',
          },
        );
      }
      await graph.pace();
      const reply = answerCall(call, graph.sending);
      if (fault?.kind === 'lostAnswer') return void request.socket.resetAndDestroy();
      // Free again before the client can have read the end of it.
      await sendWhole(response, reply, fault, leave);
    } catch (thrown) {
      if (!(thrown instanceof Refusal)) throw thrown;
      const { status, code, message, headers } = thrown;
      leave();
      // learn.microsoft.com/graph/errors#error-resource-type
      send(response, { status, headers, json: { error: { code, message } } }, undefined);
    } finally {
      leave();
    }
  };

  const faultFor = (name: string): GraphFault['what'] | undefined => {
    const fault = faults.find(({ on, times }) => on.test(name) && times !== 0);
    if (!fault) return undefined;
    if (fault.after !== undefined && fault.after > 0) {
      fault.after -= 1;
      return undefined;
    }
    if (fault.times !== undefined) fault.times -= 1;
    return fault.what;
  };

  const authorise = (request: IncomingMessage, url: URL, body: Buffer): Call => {
    const token = /^Bearer (.+)$/.exec(request.headers.authorization ?? '')?.[1];
    const who = tokens.get(token ?? '');
    // learn.microsoft.com/graph/resolve-auth-errors: "Missing or incorrect authentication information"
    if (!who)
      throw new Refusal(
        401,
        'InvalidAuthenticationToken',
        'Access token has expired or is not yet valid.',
      );
    const match = /^\/v1\.0\/(me|users\/([^/]+))(\/.*)$/.exec(url.pathname);
    if (!match) throw new Refusal(400, 'BadRequest', 'Resource not found for the segment.');
    const named = match[2] === undefined ? null : decodeURIComponent(match[2]).toLowerCase();
    // "/me request is only valid with delegated authentication flow."
    if (named === null && who.isApplication)
      throw new Refusal(
        400,
        'BadRequest',
        '/me request is only valid with delegated authentication flow.',
      );
    const address = named ?? who.user;
    const mailbox = mailboxes.get(address);
    if (!mailbox)
      throw new Refusal(404, 'ErrorInvalidUser', `The requested user '${address}' is invalid.`);
    return {
      mailbox,
      isOther: address !== who.user && !who.isApplication,
      who,
      method: request.method ?? 'GET',
      path: match[3] ?? '',
      query: url.searchParams,
      self: url,
      origin: graph.url,
      contentType: request.headers['content-type'] ?? '',
      // "This header only applies to the request it is included with."
      isImmutable: String(request.headers['prefer'] ?? '').includes('IdType="ImmutableId"'),
      isSilent: graph.silentAboutPreferences,
      body,
    };
  };

  const graph: Graph = {
    bases: { global: '', usGov: '', usDod: '', china: '' },
    url: '',
    mailbox: (address) => {
      const known = mailboxes.get(address) ?? createMailbox(address);
      mailboxes.set(address, known);
      return known;
    },
    accept: (token, as) => void tokens.set(token, { scopes: ALL, isApplication: false, ...as }),
    revoke: (token) => void tokens.delete(token),
    faults,
    requests,
    mostAtOnce: () => mostAtOnce,
    sending: createSending(),
    pace: () => Promise.resolve(),
    silentAboutPreferences: false,
    stop: async () => {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const base = `${url}/v1.0`;
  return Object.assign(graph, {
    url,
    bases: { global: base, usGov: base, usDod: base, china: base },
  });
}

function statusRefusal(fault: Extract<GraphFault['what'], { kind: 'status' }>): Refusal {
  const headers = fault.retryAfter === undefined ? {} : { 'retry-after': String(fault.retryAfter) };
  return new Refusal(fault.status, fault.code ?? 'Fault', fault.text ?? 'Told to fail.', headers);
}

async function readBody(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    // What is too much is not kept.
    if (bytes <= 6_000_000) chunks.push(chunk);
  }
  // learn.microsoft.com/graph/outlook-large-attachments and …/errors: 413 above 4 MB.
  if (bytes > 4 * 1024 * 1024) return Buffer.alloc(4 * 1024 * 1024 + 1);
  return Buffer.concat(chunks);
}

type Fault = GraphFault['what'] | undefined;

function send(response: ServerResponse, reply: Reply, fault: Fault): void {
  void sendWhole(response, reply, fault);
}

async function sendWhole(
  response: ServerResponse,
  reply: Reply,
  fault: Fault,
  beforeEnd: () => void = () => undefined,
): Promise<void> {
  const body: Content =
    reply.content ?? Buffer.from(reply.json === undefined ? '' : JSON.stringify(reply.json));
  const type = reply.content ? 'application/octet-stream' : 'application/json';
  response.writeHead(reply.status, { 'content-type': type, ...reply.headers });
  const limit = fault?.kind === 'cut' || fault?.kind === 'stall' ? fault.bytes : Infinity;
  let sent = 0;
  for (const block of blocks(body)) {
    const part = block.subarray(0, Math.max(0, limit - sent));
    sent += part.length;
    if (part.length > 0 && !response.write(part))
      await once(response, 'drain').catch(() => undefined);
    if (response.destroyed) return;
    if (sent >= limit) {
      if (fault?.kind === 'cut') setImmediate(() => response.socket?.resetAndDestroy());
      return;
    }
  }
  beforeEnd();
  response.end();
  if (!response.writableFinished) await once(response, 'close').catch(() => undefined);
}

function* blocks(content: Content): Generator<Buffer> {
  if (Buffer.isBuffer(content)) {
    yield content;
    return;
  }
  for (let left = content.sizeBytes; left > 0; left -= content.block.length) {
    yield left >= content.block.length ? content.block : content.block.subarray(0, left);
  }
}
