// One signed-in POP3 connection. Its mailbox is locked for others and numbered for itself (RFC 1939 §4), until QUIT.
import { createHash } from 'node:crypto';
import type { PopConfig } from '#contract/model/pop-config';
import type { ServerAddress } from '#contract/model/connection';
import { AuthError, CancelledError, ConfigError, toAppError, type AppError } from '../../errors.ts';
import type { Link, LinkStage } from '../../net/link.ts';
import type { TlsAuthorities } from '../../net/tls-trust.ts';
import type { Credentials } from '../source.ts';
import { apopTimestamp } from './apop.ts';
import { greetingError, quitError, signInError, type PopReply } from './pop-errors.ts';
import { createPopWire, type PopCommand, type PopWire } from './pop-wire.ts';
import type { BodySink } from './reply-reader.ts';

export type SessionOptions = {
  readonly config: Pick<PopConfig, 'server' | 'signIn' | 'recent'>;
  readonly credentials: Credentials;
  readonly authorities: TlsAuthorities;
  readonly onStage?: (stage: LinkStage | 'signedIn') => void;
};

export type PopSession = {
  readonly wire: PopWire;
  readonly capabilities: Capabilities;
  /** One line out, one line back. */
  readonly ask: (text: string, signal: AbortSignal) => Promise<PopReply>;
  /** Multi-line answers, dots undone, in the order of the commands; asked for at once where the server takes that. */
  readonly listings: (texts: readonly string[], signal: AbortSignal) => Promise<readonly Listing[]>;
  /** QUIT: what was marked is removed now. Throws TransientError `pop.notDeleted`, or the connection's end: then in doubt. */
  readonly quit: (signal: AbortSignal) => Promise<void>;
  readonly failure: () => AppError | null;
  readonly link: () => Link | null;
  /** Without QUIT: nothing is removed. Never throws. */
  readonly close: () => void;
};

/** Null where the server says `-ERR`, which is in `refused`. */
export type Listing =
  { readonly bytes: Buffer } | { readonly bytes: null; readonly refused: PopReply };

/** Each with its CR. */
export const linesOf = (listing: Buffer): readonly string[] =>
  listing.toString('latin1').split('\n');

/** By name in capitals, with its arguments: `SASL` → `PLAIN XOAUTH2`. Empty where the server has no CAPA. */
export type Capabilities = ReadonlyMap<string, string>;

/** The listing of a million messages, and room. */
const MAX_LISTING_BYTES = 128 * 1024 * 1024;
/** A command line may have 255 octets (RFC 2449 §4). */
const LONGEST_COMMAND = 255;

export function defaultPort(server: ServerAddress): number {
  if (server.port !== 0) return server.port;
  return server.tls === 'implicit' ? 995 : 110;
}

/** Rejects with AuthError, ConfigError or TransientError, or CancelledError as soon as the signal aborts. */
export async function openPopSession(
  options: SessionOptions,
  signal: AbortSignal,
): Promise<PopSession> {
  const { server } = options.config;
  const { trust } = server;
  const tls = server.tls === 'none' ? null : { trust, context: options.authorities.context(trust) };
  const onStage = (stage: LinkStage) => options.onStage?.(stage);
  const wire = createPopWire({ server, port: defaultPort(server), tls, onStage });
  try {
    const { reply, line } = await wire.greeting(signal);
    if (reply.status !== 'ok') throw greetingError(reply);
    if (server.tls === 'starttls') await wire.startTls(signal);
    // A server may announce more once it knows who asks (RFC 2449 §5): nothing that is used here does.
    const capabilities = await readCapabilities(wire, signal);
    wire.pipelining(capabilities.has('PIPELINING'));
    await signIn({ ...options, wire, capabilities, greeting: line, signal });
    options.onStage?.('signedIn');
    return sessionOf(wire, capabilities);
  } catch (thrown) {
    const error = signal.aborted ? new CancelledError() : toAppError(thrown);
    wire.fail(error);
    throw error;
  }
}

function sessionOf(wire: PopWire, capabilities: Capabilities): PopSession {
  return {
    wire,
    capabilities,
    ask: (text, signal) => ask(wire, text, signal),
    listings: (texts, signal) => readListings(wire, texts, signal),
    async quit(signal) {
      const reply = await ask(wire, 'QUIT', signal);
      wire.fail(new CancelledError());
      if (reply.status !== 'ok') throw quitError(reply);
    },
    failure: wire.failure,
    link: wire.link,
    close: () => {
      wire.fail(new CancelledError());
    },
  };
}

async function ask(wire: PopWire, text: string, signal: AbortSignal): Promise<PopReply> {
  let reply: PopReply = { status: 'error', code: '', text: '' };
  const command: PopCommand = {
    text,
    costBytes: 0,
    answered: (answer) => {
      reply = answer;
      return undefined;
    },
  };
  await wire.exchange([command], signal);
  return reply;
}

async function readListings(
  wire: PopWire,
  texts: readonly string[],
  signal: AbortSignal,
): Promise<readonly Listing[]> {
  const asked = texts.map((text) => {
    const collector = collectBytes();
    let refused: PopReply | null = null;
    const command: PopCommand = {
      text,
      costBytes: 0,
      body: () => collector.sink,
      answered: (answer) => {
        if (answer.status !== 'ok') refused = answer;
        return undefined;
      },
    };
    const answer = (): Listing =>
      refused ? { bytes: null, refused } : { bytes: collector.bytes() };
    return { command, answer };
  });
  await wire.exchange(
    asked.map(({ command }) => command),
    signal,
  );
  return asked.map(({ answer }) => answer());
}

function collectBytes(): { readonly sink: BodySink; readonly bytes: () => Buffer } {
  const chunks: Buffer[] = [];
  let sizeBytes = 0;
  return {
    sink: {
      write(piece) {
        sizeBytes += piece.length;
        if (sizeBytes <= MAX_LISTING_BYTES) chunks.push(Buffer.from(piece));
        return undefined;
      },
      end: () => undefined,
    },
    bytes: () => Buffer.concat(chunks),
  };
}

async function readCapabilities(wire: PopWire, signal: AbortSignal): Promise<Capabilities> {
  const [listing] = await readListings(wire, ['CAPA'], signal);
  const capabilities = new Map<string, string>();
  for (const line of listing?.bytes ? linesOf(listing.bytes) : []) {
    const [name = '', ...rest] = line.trim().split(/\s+/);
    if (name !== '') capabilities.set(name.toUpperCase(), rest.join(' ').toUpperCase());
  }
  return capabilities;
}

type SigningIn = SessionOptions & {
  readonly wire: PopWire;
  readonly capabilities: Capabilities;
  readonly greeting: string;
  readonly signal: AbortSignal;
};

async function signIn(options: SigningIn): Promise<void> {
  const { config, credentials, wire, capabilities, signal } = options;
  const { method, secret } = credentials;
  const user = config.recent ? `recent:${credentials.user}` : credentials.user;
  // One line per command: a line end in a name or password would be a command of its own.
  if (/[\r\n\0]/.test(user + secret)) throw new AuthError('pop.unsendable');
  const loginDelaySeconds = Number.parseInt(capabilities.get('LOGIN-DELAY') ?? '', 10) || 0;
  const refusal = (reply: PopReply) => signInError(reply, { method, loginDelaySeconds });
  if (method === 'token') {
    const payload = `user=${user}\x01auth=Bearer ${secret}\x01\x01`;
    const reply = await authenticate(options, 'XOAUTH2', payload);
    if (reply.status !== 'ok') throw refusal(reply);
    return;
  }
  const timestamp = apopTimestamp(options.greeting);
  const isClear = config.server.tls === 'none';
  if (config.signIn === 'apop' || (config.signIn === 'auto' && isClear && timestamp !== null)) {
    if (timestamp === null) throw new ConfigError('pop.noApop', {}, { field: 'signIn' });
    const digest = createHash('md5')
      .update(timestamp + secret)
      .digest('hex');
    const reply = await ask(wire, `APOP ${user} ${digest}`, signal);
    if (reply.status === 'ok') return;
    // A server may offer it to all and have a clear password for some: in clear on purpose, the other way is no secret lost.
    if (config.signIn === 'apop' || refusal(reply).kind !== 'auth') throw refusal(reply);
  }
  if (!isAscii(user + secret) && /\bPLAIN\b/.test(capabilities.get('SASL') ?? '')) {
    const reply = await authenticate(options, 'PLAIN', `\0${user}\0${secret}`);
    if (reply.status !== 'ok') throw refusal(reply);
    return;
  }
  const refused = await giveNameAndPassword(options, user);
  if (refused) throw refusal(refused);
}

/**
 * Null: let in. Both at once where the server takes that and says that it takes passwords as they are (RFC 2449 §6.3): one that
 * refuses the name for want of TLS must not be sent the password.
 */
async function giveNameAndPassword(
  { wire, capabilities, credentials, signal }: SigningIn,
  user: string,
): Promise<PopReply | null> {
  const replies: PopReply[] = [];
  const command = (text: string): PopCommand => ({
    text,
    costBytes: 0,
    answered: (reply) => void replies.push(reply),
  });
  const name = command(`USER ${user}`);
  const password = command(`PASS ${credentials.secret}`);
  const isRefused = () => replies.some(({ status }) => status !== 'ok');
  if (capabilities.has('PIPELINING') && capabilities.has('USER')) {
    await wire.exchange([name, password], signal);
  } else {
    await wire.exchange([name], signal);
    if (!isRefused()) await wire.exchange([password], signal);
  }
  return replies.find(({ status }) => status !== 'ok') ?? null;
}

/** AUTH (RFC 5034), its payload in the first line where that is short enough, else when the server asks for it. */
async function authenticate(
  { wire, signal }: SigningIn,
  mechanism: string,
  payload: string,
): Promise<PopReply> {
  const encoded = Buffer.from(payload).toString('base64');
  const inOne = `AUTH ${mechanism} ${encoded}`;
  const isShort = inOne.length + 2 <= LONGEST_COMMAND;
  let reply = await ask(wire, isShort ? inOne : `AUTH ${mechanism}`, signal);
  if (!isShort && reply.status === 'continue') reply = await ask(wire, encoded, signal);
  if (reply.status !== 'continue') return reply;
  // The reason as JSON; the server then waits for a line before it refuses.
  const reason = Buffer.from(reply.text, 'base64').toString();
  const final = await ask(wire, '', signal);
  const status = /"status"\s*:\s*"(\w+)"/.exec(reason)?.[1];
  return status === undefined ? final : { ...final, text: `${final.text} (${status})` };
}

// eslint-disable-next-line no-control-regex -- that is what ASCII is
const isAscii = (text: string) => /^[\x00-\x7f]*$/.test(text);
