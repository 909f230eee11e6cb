// POP3 commands on one connection: as many ahead as the server's pipelining and the window allow, answers in the order sent.
// Whatever goes wrong on the connection ends the exchange with that reason; nothing ever waits for ever.
import type { ServerAddress } from '#contract/model/connection';
import {
  CancelledError,
  ConfigError,
  throwIfAborted,
  toAppError,
  TransientError,
  type AppError,
} from '../../errors.ts';
import { openLink, secureLink, type Link, type LinkStage, type TlsWish } from '../../net/link.ts';
import { connectionGone, noGreeting, protocolError, silence, type PopReply } from './pop-errors.ts';
import { ReplyReader, type BodySink } from './reply-reader.ts';

export type PopCommand = {
  /** Without its line end. */
  readonly text: string;
  /** Expected size of the answer: bounds what is asked for ahead. */
  readonly costBytes: number;
  /** Where the body goes that follows `+OK`; absent = the answer is one line. */
  readonly body?: () => BodySink;
  /** The status line; of an answer with a body, before it. The next command may wait for the promise. */
  readonly answered: (reply: PopReply) => Promise<void> | undefined;
};

export type WireOptions = {
  readonly server: ServerAddress;
  readonly port: number;
  /** Null = clear text on purpose. */
  readonly tls: TlsWish | null;
  readonly onStage: (stage: LinkStage) => void;
};

export interface PopWire {
  /** The greeting, once connected (and secured, with implicit TLS). */
  readonly greeting: (
    signal: AbortSignal,
  ) => Promise<{ readonly reply: PopReply; readonly line: string }>;
  /**
   * STLS and the handshake (RFC 2595). Throws ConfigError `starttls.notOffered`; `starttls.injected` when the server, or
   * somebody between, said more than `+OK` in clear: none of it is taken over.
   */
  readonly startTls: (signal: AbortSignal) => Promise<void>;
  /** Resolves when all are answered; rejects with the connection's end. One exchange at a time. */
  readonly exchange: (commands: Iterable<PopCommand>, signal: AbortSignal) => Promise<void>;
  readonly pipelining: (isAllowed: boolean) => void;
  /** Why the connection ended; null while it lives. */
  readonly failure: () => AppError | null;
  readonly link: () => Link | null;
  /** Ends the connection at once. Never throws. */
  readonly fail: (reason: AppError) => void;
}

/**
 * 12 KB of commands at most, which any server's window takes; the answers are held back by TCP, not here. So many that a mailbox
 * of hundreds is asked for in one go: each time the line runs dry costs a round trip.
 */
const MAX_AHEAD = 1000;
const MAX_BYTES_AHEAD = 64 * 1024 * 1024;

export function createPopWire(options: WireOptions): PopWire {
  const { server, port } = options;
  const peer = { host: server.host, port };
  const { connectSeconds, answerSeconds } = server.timeouts;
  let link: Link | null = null;
  let failure: AppError | null = null;
  let isHeld = false;
  let isPipelined = false;
  let isExpecting = false;
  let phase: 'opening' | 'greeting' | 'talking' | 'securing' = 'opening';
  const opened = Promise.withResolvers<{ reply: PopReply; line: string }>();
  opened.promise.catch(() => undefined);
  let secured: PromiseWithResolvers<undefined> | null = null;
  /** Sent, not answered; the first is being answered. */
  const ahead: PopCommand[] = [];
  let bytesAhead = 0;
  let current: Exchange | null = null;

  type Exchange = {
    readonly commands: Iterator<PopCommand>;
    readonly resolve: () => void;
    readonly reject: (reason: AppError) => void;
    isExhausted: boolean;
  };

  const fail = (reason: AppError): void => {
    if (failure) return;
    failure = reason;
    clearTimeout(deadline);
    link?.socket.destroy();
    opened.reject(reason);
    secured?.reject(reason);
    current?.reject(reason);
  };

  // Connecting, the handshake and the greeting together; later silence is the socket's own timer.
  const deadline = setTimeout(() => {
    fail(
      phase === 'greeting'
        ? noGreeting(connectSeconds, port)
        : new TransientError('net.timeout', { ...peer }),
    );
  }, connectSeconds * 1000);

  const reader = new ReplyReader({
    status(reply, line) {
      if (phase === 'greeting') {
        phase = 'talking';
        clearTimeout(deadline);
        opened.resolve({ reply, line });
        return undefined;
      }
      const command = ahead[0];
      if (!command)
        throw phase === 'securing' ? injected() : protocolError('answer without question');
      const wait = command.answered(reply);
      if (reply.status === 'ok' && command.body) {
        const sink = command.body();
        return { write: sink.write, end: () => next(sink.end(), command) };
      }
      return next(wait, command);
    },
  });

  const next = (
    wait: Promise<void> | undefined,
    command: PopCommand,
  ): Promise<void> | undefined => {
    const go = () => {
      ahead.shift();
      bytesAhead -= command.costBytes;
      fill();
    };
    if (wait) return wait.then(go);
    go();
    return undefined;
  };

  const fill = (): void => {
    if (!current) return;
    // Many commands per packet: not one more for each answer.
    if (ahead.length > MAX_AHEAD / 2) return;
    let lines = '';
    while (!current.isExhausted && hasRoom()) {
      const found = current.commands.next();
      if (found.done === true) {
        current.isExhausted = true;
        break;
      }
      ahead.push(found.value);
      bytesAhead += found.value.costBytes;
      lines += `${found.value.text}\r\n`;
    }
    if (lines !== '') link?.write(lines);
    if (current.isExhausted && ahead.length === 0) current.resolve();
    expectAnswer(ahead.length > 0);
  };
  const expectAnswer = (isExpected: boolean): void => {
    if (isExpected === isExpecting) return;
    isExpecting = isExpected;
    link?.socket.setTimeout(isExpected ? answerSeconds * 1000 : 0);
  };
  const hasRoom = () =>
    ahead.length === 0 || (isPipelined && ahead.length < MAX_AHEAD && bytesAhead < MAX_BYTES_AHEAD);

  const take = (chunk: Buffer): void => {
    try {
      const stopped = reader.push(chunk);
      if (stopped) {
        if (!isHeld) link?.hold();
        isHeld = true;
        stopped.wait.then(() => {
          if (!failure) take(stopped.rest);
        }, failWith);
      } else if (isHeld) {
        isHeld = false;
        link?.release();
      }
    } catch (thrown) {
      failWith(thrown);
    }
  };
  const failWith = (thrown: unknown) => {
    fail(toAppError(thrown));
  };

  const onSilence = () => {
    if (!link) return;
    // Held: it is we who do not listen. The socket's timer fires once, so it is set again.
    if (isHeld) link.socket.setTimeout(answerSeconds * 1000);
    else fail(silence(answerSeconds));
  };

  const events = (onReady: (ready: Link) => void) => ({
    onStage: options.onStage,
    onReady: (ready: Link) => {
      ready.socket.on('timeout', onSilence);
      onReady(ready);
    },
    onBytes: take,
    onGone: (error: unknown) => {
      fail(connectionGone(error, peer));
    },
  });

  const guarded = async <T>(signal: AbortSignal, work: () => Promise<T>): Promise<T> => {
    throwIfAborted(signal);
    if (failure) throw failure;
    const onAbort = () => {
      fail(new CancelledError());
    };
    signal.addEventListener('abort', onAbort, { once: true });
    try {
      return await work();
    } finally {
      signal.removeEventListener('abort', onAbort);
    }
  };

  const exchange = async (commands: Iterable<PopCommand>): Promise<void> => {
    try {
      await new Promise<void>((resolve, reject) => {
        const iterator = commands[Symbol.iterator]();
        current = { commands: iterator, resolve, reject, isExhausted: false };
        fill();
      });
    } finally {
      current = null;
    }
  };

  const handshake = async (): Promise<void> => {
    if (!link || !options.tls) throw protocolError('STLS before connect');
    const done = Promise.withResolvers<undefined>();
    secured = done;
    const timer = setTimeout(() => {
      fail(new TransientError('net.timeout', { ...peer }));
    }, connectSeconds * 1000);
    try {
      const made = events(() => {
        done.resolve(undefined);
      });
      link = secureLink(link, peer, options.tls, made);
      await done.promise;
    } finally {
      clearTimeout(timer);
    }
  };

  return {
    greeting: (signal) =>
      guarded(signal, () => {
        link = openLink(
          peer,
          server.tls === 'implicit' ? options.tls : null,
          events(() => {
            phase = 'greeting';
          }),
        );
        return opened.promise;
      }),
    startTls: async (signal) => {
      phase = 'securing';
      let reply: PopReply | undefined;
      const answered = (answer: PopReply) => {
        reply = answer;
        return undefined;
      };
      await guarded(signal, () => exchange([{ text: 'STLS', costBytes: 0, answered }]));
      if (reply?.status !== 'ok') {
        throw new ConfigError('starttls.notOffered', {}, { field: 'server.tls' });
      }
      if (!reader.isAtStart) {
        fail(injected());
        throw injected();
      }
      await guarded(signal, () => handshake());
      phase = 'talking';
    },
    exchange: (commands, signal) => guarded(signal, () => exchange(commands)),
    pipelining: (isAllowed) => {
      isPipelined = isAllowed;
    },
    failure: () => failure,
    link: () => link,
    fail,
  };
}

const injected = () => new ConfigError('starttls.injected', {}, { field: 'server.tls' });
