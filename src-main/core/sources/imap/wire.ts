// Pipelined IMAP commands of our own on the connection imapflow opened: many in flight, answers matched by tag,
// one exchange at a time. Whatever goes wrong on the connection ends the exchange with that reason.
import { CancelledError, throwIfAborted, toAppError, type AppError } from '../../errors.ts';
import type { Logger } from '../../ports.ts';
import type { Tap } from './connection-tap.ts';
import { bye, protocolError, type ServerAnswer } from './imap-errors.ts';
import { ResponseReader, type LiteralSink, type ResponseLine } from './response-reader.ts';

export type WireCommand = {
  /** Without tag and line end; bytes as latin1, literals are not sent. */
  readonly text: string;
  /** Expected size of the answer: bounds what is asked for ahead. */
  readonly costBytes: number;
};

export type ExchangeReceiver = {
  /** Untagged, without `* `. A promise returned is waited for before the next line. */
  readonly untagged: (line: ResponseLine) => Promise<void> | undefined;
  readonly literal?: (text: string, sizeBytes: number) => LiteralSink | null;
  readonly answered: (command: WireCommand, answer: ServerAnswer) => Promise<void> | undefined;
};

export interface Wire {
  /**
   * Sends the commands, as many at once as the window allows, and resolves when all are answered (OK, NO or BAD:
   * that is for the receiver to judge). Rejects with the connection's end. One at a time: see ImapSession.inTurn.
   */
  exchange(
    commands: Iterable<WireCommand>,
    receiver: ExchangeReceiver,
    signal: AbortSignal,
  ): Promise<void>;
  /** Runs one call of imapflow; no exchange may be under way. */
  session<T>(call: () => Promise<T>, signal: AbortSignal): Promise<T>;
}

/** Enough for 40 ms of round trip at gigabit speed; more would only be lost when the run is stopped. */
const MAX_COMMANDS_AHEAD = 256;
const MAX_BYTES_AHEAD = 32 * 1024 * 1024;

export function createWire(tap: Tap, logger: Logger): Wire {
  let lastExchange = 0;
  let current: Exchange | null = null;

  const reader = new ResponseReader({
    line: (line) => {
      if (line.text.startsWith('* ')) return untagged({ ...line, text: line.text.slice(2) });
      if (line.text.startsWith('+')) return undefined;
      if (!current) throw protocolError('answer without question');
      return current.answer(line.text);
    },
    literal: (text, size) => current?.receiver.literal?.(text, size) ?? null,
  });

  const untagged = (line: ResponseLine): Promise<void> | undefined => {
    const { text } = line;
    if (/^BYE\b/i.test(text)) throw bye(parseAnswer(text).text);
    if (/^(?:OK|NO|BAD) \[ALERT\]/.test(text)) {
      logger.log('warn', 'imap.alert', { text: text.slice(0, 300) });
    }
    return current?.receiver.untagged(line);
  };

  let isHeld = false;
  const take = (chunk: Buffer): void => {
    try {
      const stopped = reader.push(chunk);
      if (stopped) {
        if (!isHeld) tap.hold();
        isHeld = true;
        stopped.wait.then(() => {
          take(stopped.rest);
        }, failWith);
      } else if (isHeld) {
        isHeld = false;
        tap.release();
      }
    } catch (thrown) {
      failWith(thrown);
    }
  };
  const failWith = (thrown: unknown) => {
    tap.fail(toAppError(thrown));
  };

  tap.receive(take);
  tap.onFailure((reason) => current?.fail(reason));

  const guarded = async <T>(work: () => Promise<T>, signal: AbortSignal): Promise<T> => {
    throwIfAborted(signal);
    const failure = tap.failure();
    if (failure) throw failure;
    const onAbort = () => {
      tap.fail(new CancelledError());
    };
    signal.addEventListener('abort', onAbort, { once: true });
    tap.expectAnswer(true);
    try {
      return await work();
    } finally {
      tap.expectAnswer(false);
      signal.removeEventListener('abort', onAbort);
    }
  };

  return {
    exchange: (commands, receiver, signal) =>
      guarded(async () => {
        const tagPrefix = `L${++lastExchange}X`;
        try {
          await new Promise<void>((resolve, reject) => {
            const { write } = tap;
            current = new Exchange({ commands, receiver, tagPrefix, write, resolve, reject });
            current.start();
          });
        } finally {
          current = null;
        }
      }, signal),
    session: (call, signal) =>
      guarded(async () => {
        tap.give('session');
        try {
          return await call();
        } finally {
          tap.give('wire');
        }
      }, signal),
  };
}

type ExchangeOptions = {
  readonly commands: Iterable<WireCommand>;
  readonly receiver: ExchangeReceiver;
  readonly tagPrefix: string;
  readonly write: (text: string) => void;
  readonly resolve: () => void;
  readonly reject: (reason: AppError) => void;
};

class Exchange {
  readonly receiver: ExchangeReceiver;
  readonly #options: ExchangeOptions;
  readonly #commands: Iterator<WireCommand>;
  readonly #ahead = new Map<string, WireCommand>();
  #bytesAhead = 0;
  #sent = 0;
  #isExhausted = false;

  constructor(options: ExchangeOptions) {
    this.#options = options;
    this.receiver = options.receiver;
    this.#commands = options.commands[Symbol.iterator]();
  }

  start(): void {
    this.#fill();
  }

  fail(reason: AppError): void {
    this.#options.reject(reason);
  }

  answer(text: string): Promise<void> | undefined {
    const space = text.indexOf(' ');
    const tag = text.slice(0, space);
    const command = this.#ahead.get(tag);
    if (space < 0 || !command) throw protocolError('unknown tag');
    this.#ahead.delete(tag);
    this.#bytesAhead -= command.costBytes;
    const wait = this.receiver.answered(command, parseAnswer(text.slice(space + 1)));
    if (wait) return wait.then(() => this.#fill());
    this.#fill();
    return undefined;
  }

  #fill(): void {
    let lines = '';
    while (!this.#isExhausted && this.#hasRoom()) {
      const next = this.#commands.next();
      if (next.done === true) {
        this.#isExhausted = true;
        break;
      }
      const tag = `${this.#options.tagPrefix}${++this.#sent}`;
      this.#ahead.set(tag, next.value);
      this.#bytesAhead += next.value.costBytes;
      lines += `${tag} ${next.value.text}\r\n`;
    }
    if (lines !== '') this.#options.write(lines);
    if (this.#isExhausted && this.#ahead.size === 0) this.#options.resolve();
  }

  #hasRoom(): boolean {
    if (this.#ahead.size === 0) return true;
    return this.#ahead.size < MAX_COMMANDS_AHEAD && this.#bytesAhead < MAX_BYTES_AHEAD;
  }
}

/** `NO [TRYCREATE] Mailbox does not exist` taken apart. */
export function parseAnswer(text: string): ServerAnswer {
  const found = /^(OK|NO|BAD|BYE)(?: \[([^\] ]+) ?([^\]]*)\])? ?(.*)$/is.exec(text);
  const status = found?.[1]?.toUpperCase();
  if (status !== 'OK' && status !== 'NO' && status !== 'BAD' && status !== 'BYE') {
    throw protocolError('unknown answer');
  }
  return {
    status,
    code: found?.[2]?.toUpperCase() ?? '',
    codeArguments: found?.[3] ?? '',
    text: found?.[4] ?? '',
  };
}
