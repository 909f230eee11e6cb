// The transport under imapflow: we open the connection ourselves (trust, deadlines), imapflow talks through a tap
// on it, and between its commands our own pipelined reader takes the bytes straight from the socket.
// imapflow's `transport` option is made for other socket APIs; it carries this as well.
import { Duplex } from 'node:stream';
import type { ImapTransport, ImapTransportSocket } from 'imapflow';
import type { ServerAddress } from '#contract/model/connection';
import { CancelledError, ConfigError, type AppError } from '../../errors.ts';
import { openLink, secureLink, type Link, type LinkStage, type TlsWish } from '../../net/link.ts';
import { connectionGone, silence } from './imap-errors.ts';
import { createSessionShortcuts } from './session-shortcuts.ts';

export type TapOptions = {
  readonly server: ServerAddress;
  readonly port: number;
  /** Null = clear text on purpose. */
  readonly tls: TlsWish | null;
  readonly onStage: (stage: LinkStage) => void;
};

export type Tap = {
  readonly transport: ImapTransport;
  /** imapflow gets the bytes (`session`), or whoever called `receive` (`wire`). */
  readonly give: (to: 'session' | 'wire') => void;
  readonly receive: (onBytes: (chunk: Buffer) => void) => void;
  readonly write: (text: string) => void;
  readonly hold: () => void;
  readonly release: () => void;
  /** While true, a server silent for the answer time-out ends the connection. */
  readonly expectAnswer: (isExpected: boolean) => void;
  /** Ends the connection at once, for this reason; later reasons are ignored. */
  readonly fail: (reason: AppError) => void;
  /** Says LOGOUT and goes without waiting for the farewell. */
  readonly leave: () => void;
  /** Why the connection ended; null while it lives. */
  readonly failure: () => AppError | null;
  readonly onFailure: (listener: (reason: AppError) => void) => void;
  readonly link: () => Link | null;
};

const LF = 10;
const CREDENTIALS = /^\w+ (?:LOGIN|AUTHENTICATE)\b/i;
const FAREWELL_MS = 2000;

export function createTap(options: TapOptions): Tap {
  const { server, port } = options;
  const peer = { host: server.host, port };
  const answerMs = server.timeouts.answerSeconds * 1000;
  let link: Link | null = null;
  let duplex: Duplex | null = null;
  let receiver: 'session' | 'wire' = 'session';
  let onWireBytes: (chunk: Buffer) => void = () => undefined;
  let isLineOpen = false;
  let isHeld = false;
  let isAnswerDue = false;
  let isLeaving = false;
  let failure: AppError | null = null;
  const listeners: ((reason: AppError) => void)[] = [];
  const shortcuts = createSessionShortcuts();

  const fail = (reason: AppError) => {
    if (failure) return;
    failure = reason;
    link?.socket.destroy();
    duplex?.destroy(reason);
    for (const listener of listeners) listener(reason);
  };

  const toSession = (bytes: Buffer) => {
    shortcuts.fromServer(bytes);
    isLineOpen = bytes[bytes.length - 1] !== LF;
    // imapflow keeps what it gets, and the buffer is not ours to give away.
    if (duplex?.push(Buffer.from(bytes)) === false) hold();
  };
  const onBytes = (chunk: Buffer) => {
    if (receiver === 'session') {
      toSession(chunk);
    } else if (isLineOpen) {
      // The end of a line whose beginning imapflow has: it must have the rest.
      const lineEnd = chunk.indexOf(LF) + 1;
      toSession(lineEnd > 0 ? chunk.subarray(0, lineEnd) : chunk);
      if (lineEnd > 0 && lineEnd < chunk.length) onWireBytes(chunk.subarray(lineEnd));
    } else {
      onWireBytes(chunk);
    }
  };

  const hold = () => {
    isHeld = true;
    link?.hold();
  };
  const release = () => {
    isHeld = false;
    link?.release();
  };
  const onSilence = () => {
    if (!isAnswerDue || !link) return;
    // Held: it is we who do not listen. The socket's timer fires once, so it is set again.
    if (isHeld) link.socket.setTimeout(answerMs);
    else fail(silence(server.timeouts.answerSeconds));
  };

  const expectAnswer = (isExpected: boolean) => {
    isAnswerDue = isExpected;
    link?.socket.setTimeout(isExpected ? answerMs : 0);
  };

  const events = (onReady: () => void) => ({
    onStage: options.onStage,
    onReady: (ready: Link) => {
      ready.socket.on('timeout', onSilence);
      // From here to the end of the sign-in the server always owes an answer.
      expectAnswer(true);
      onReady();
    },
    onBytes,
    onGone: (error: unknown) => {
      fail(connectionGone(error, peer));
    },
  });

  const createDuplex = (): ImapTransportSocket => {
    const made = new Duplex({
      read: () => {
        if (isHeld && receiver === 'session') release();
      },
      write: (chunk: Buffer, _encoding, done) => {
        if (options.tls && !link?.secured() && CREDENTIALS.test(chunk.toString('latin1', 0, 40))) {
          // imapflow refuses by itself to sign in before STARTTLS; this does not depend on it.
          fail(new ConfigError('starttls.notOffered', {}, { field: 'tls' }));
          done();
          return;
        }
        const step = shortcuts.fromClient(chunk);
        if (step.send) link?.write(step.send);
        if (step.reply !== null) {
          const reply = Buffer.from(step.reply);
          setImmediate(() => duplex?.push(reply));
        }
        done();
      },
      destroy: (error, done) => {
        // imapflow closes with its own reason, which it also throws.
        if (!isLeaving) link?.socket.destroy();
        done(error);
      },
    });
    // A reason given after imapflow has gone must not end the process.
    made.on('error', () => undefined);
    duplex = made;
    return Object.assign(made, {
      // imapflow's own watchdog also fires when nothing is due; ours is `expectAnswer`.
      setTimeout: () => undefined,
    });
  };

  return {
    transport: {
      connect: (target, onConnect) => {
        const socket = createDuplex();
        link = openLink(peer, target.secure ? options.tls : null, events(onConnect));
        return socket;
      },
      upgrade: (clear, _target, onSecure) => {
        if (!link || !options.tls) throw new Error('upgrade before connect');
        // The server's capabilities so far came in clear text: nothing of them is kept.
        shortcuts.forget();
        const over = link;
        clear.removeAllListeners('data');
        const socket = createDuplex();
        link = secureLink(over, peer, options.tls, events(onSecure));
        return socket;
      },
    },
    give: (to) => {
      receiver = to;
      if (isHeld) release();
    },
    receive: (listener) => {
      onWireBytes = listener;
    },
    write: (text) => link?.write(text),
    hold,
    release,
    expectAnswer,
    fail,
    leave: () => {
      const socket = link?.socket;
      if (!socket || failure) return;
      failure = new CancelledError();
      isLeaving = true;
      receiver = 'wire';
      onWireBytes = () => undefined;
      socket.end('Z LOGOUT\r\n');
      socket.resume();
      socket.setTimeout(FAREWELL_MS, () => socket.destroy());
      socket.unref();
      duplex?.destroy();
    },
    failure: () => failure,
    onFailure: (listener) => {
      if (failure) listener(failure);
      else listeners.push(listener);
    },
    link: () => link,
  };
}
