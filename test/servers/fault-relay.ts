// One connection through the fault proxy: two streams of bytes, each changed or cut as its faults say.
import type { Socket } from 'node:net';
import { setImmediate as nextTurn, setTimeout as delay } from 'node:timers/promises';

export type Direction = 'toServer' | 'toClient';

/** reset: RST. fin: a clean end. stall: nothing moves any more, and nobody is told. */
export type Cut = 'reset' | 'fin' | 'stall';

export type Fault =
  /** Cut after exactly this many bytes went through in the direction; 0: before the first. */
  | {
      readonly kind: 'cutAfter';
      readonly direction: Direction;
      readonly bytes: number;
      readonly how: Cut;
    }
  /**
   * Cut when the pattern comes by (case-insensitive text, over packet borders; a RegExp sees latin1
   * text). `before`: it is not passed on any more. `after` (default): it is, with all that came in the same
   * packet. `answerLost`: it is passed on and the server's next bytes are swallowed before the
   * cut, so the server has carried it out and the client does not know.
   */
  | {
      readonly kind: 'cutWhen';
      readonly direction: Direction;
      readonly pattern: string | RegExp;
      readonly how: Cut;
      readonly moment?: 'before' | 'after' | 'answerLost';
      /** The how-many-eth time; default 1. */
      readonly nth?: number;
    }
  /** Every packet is cut in pieces of this many bytes, sent one by one. */
  | { readonly kind: 'pieces'; readonly direction: Direction; readonly bytes: number }
  /** Everything arrives this much later; half of the round-trip time when given for both directions. */
  | { readonly kind: 'delay'; readonly direction: Direction; readonly ms: number }
  /** These bytes are put in after so many of the real ones. */
  | {
      readonly kind: 'inject';
      readonly direction: Direction;
      readonly afterBytes: number;
      readonly content: string | Buffer;
    };

export type RelayOptions = {
  readonly client: Socket;
  readonly server: Socket;
  /** The client's TCP socket, the same as `client` but under TLS. */
  readonly raw: Socket;
  readonly faults: readonly Fault[];
  readonly onData: (direction: Direction, chunk: Buffer) => void;
  readonly onClosed: () => void;
};

export type Relay = { readonly cut: (how: Cut) => Promise<void>; readonly destroy: () => void };

// Under way at most, per direction: enough for a delay not to become a bandwidth limit.
const MAX_PENDING_BYTES = 4 << 20;

export function relay(options: RelayOptions): Relay {
  const { client, server, raw } = options;
  /** Nothing is passed on any more. */
  let isCut = false;
  let cutAtAnswer: Cut | undefined;

  const cut = async (how: Cut) => {
    isCut = true;
    if (how === 'reset') {
      if (!raw.destroyed) raw.resetAndDestroy();
      server.destroy();
    } else if (how === 'fin') {
      server.destroy();
      await new Promise<void>((resolve) => client.end(resolve));
    }
  };
  const destroy = () => {
    isCut = true;
    for (const socket of [client, raw, server]) socket.destroy();
  };

  const start = (direction: Direction, from: Socket, to: Socket) => {
    const faults = options.faults.filter((fault) => fault.direction === direction);
    const plan = planner(faults);
    const delayMs = sum(faults.map((fault) => (fault.kind === 'delay' ? fault.ms : 0)));
    const pieceBytes = Math.min(...faults.map((f) => (f.kind === 'pieces' ? f.bytes : Infinity)));
    let queue = Promise.resolve();
    let pendingBytes = 0;
    const inTurn = (step: () => Promise<void>) => {
      const due = performance.now() + delayMs;
      queue = queue
        .then(async () => {
          if (delayMs > 0) await delay(Math.max(0, due - performance.now()));
          if (!isCut) await step();
        })
        // A write after the other side went away: the closing of the sockets tells the rest.
        .catch(destroy);
    };
    from.on('data', (chunk: Buffer) => {
      options.onData(direction, chunk);
      if (direction === 'toClient' && cutAtAnswer !== undefined) {
        void cut(cutAtAnswer);
        return;
      }
      if (isCut) return;
      pendingBytes += chunk.length;
      if (pendingBytes > MAX_PENDING_BYTES) from.pause();
      inTurn(async () => {
        const { pass, then } = plan(chunk);
        if (then?.moment === 'answerLost') cutAtAnswer = then.how;
        for (const piece of pieces(pass, pieceBytes)) {
          await write(to, piece);
          // The other side gets to read before the next piece is added to this one.
          if (pieceBytes !== Infinity) await nextTurn();
        }
        if (then !== undefined && then.moment !== 'answerLost') await cut(then.how);
        pendingBytes -= chunk.length;
        if (from.isPaused()) from.resume();
      });
    });
    from.on('end', () => {
      inTurn(() => Promise.resolve(void to.end()));
    });
  };

  start('toServer', client, server);
  start('toClient', server, client);
  for (const fault of options.faults) {
    if (fault.kind === 'cutAfter' && fault.bytes === 0) void cut(fault.how);
  }
  for (const socket of [client, server, raw]) {
    socket.on('error', () => undefined); // 'close' follows and does what there is to do
  }
  server.on('close', (hadError) => {
    if (hadError && !isCut) destroy();
  });
  client.on('close', () => {
    server.destroy();
    options.onClosed();
  });
  return { cut, destroy };
}

type Step = {
  readonly pass: Buffer;
  readonly then?: { readonly how: Cut; readonly moment?: 'before' | 'after' | 'answerLost' };
};

/** What becomes of each chunk of one direction, in order. */
function planner(faults: readonly Fault[]): (chunk: Buffer) => Step {
  let passedBytes = 0;
  const watches = faults
    .filter((fault) => fault.kind === 'cutWhen')
    .map((fault) => ({ fault, find: finder(fault.pattern, fault.nth ?? 1) }));

  return (chunk) => {
    for (const { fault, find } of watches) {
      const startsAt = find(chunk);
      if (startsAt === undefined) continue;
      const pass = fault.moment === 'before' ? chunk.subarray(0, startsAt) : chunk;
      return { pass, then: { how: fault.how, moment: fault.moment ?? 'after' } };
    }
    const from = passedBytes;
    passedBytes += chunk.length;
    for (const fault of faults) {
      if (fault.kind === 'cutAfter' && fault.bytes <= passedBytes) {
        return { pass: chunk.subarray(0, fault.bytes - from), then: { how: fault.how } };
      }
    }
    const insertions = faults
      .filter((fault) => fault.kind === 'inject')
      .filter((f) => f.afterBytes >= from && f.afterBytes < passedBytes)
      .sort((a, b) => b.afterBytes - a.afterBytes);
    let pass = chunk;
    for (const { afterBytes, content } of insertions) {
      const at = afterBytes - from;
      pass = Buffer.concat([pass.subarray(0, at), Buffer.from(content), pass.subarray(at)]);
    }
    return { pass };
  };
}

/** Where in the chunk the nth match begins (0 when it began in an earlier chunk), or undefined. */
function finder(pattern: string | RegExp, nth: number): (chunk: Buffer) => number | undefined {
  const source = typeof pattern === 'string' ? escapeRegExp(pattern) : pattern.source;
  const flags = typeof pattern === 'string' ? 'i' : pattern.flags.replace(/[gy]/g, '');
  const expression = new RegExp(source, `${flags}g`);
  let left = nth;
  let tail = '';
  return (chunk) => {
    const text = tail + chunk.toString('latin1');
    let searched = 0;
    for (const match of text.matchAll(expression)) {
      searched = match.index + match[0].length;
      if (--left === 0) return Math.max(0, match.index - tail.length);
    }
    // What a match may have begun in, and not what was counted already.
    tail = text.slice(Math.max(searched, text.length - 200));
    return undefined;
  };
}

const escapeRegExp = (text: string) => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
const sum = (numbers: readonly number[]) => numbers.reduce((a, b) => a + b, 0);

function* pieces(chunk: Buffer, size: number): Generator<Buffer> {
  if (chunk.length === 0) return;
  if (size === Infinity) yield chunk;
  else for (let at = 0; at < chunk.length; at += size) yield chunk.subarray(at, at + size);
}

/** Resolves when the bytes were handed to the system, so that a cut that follows does not overtake them. */
function write(to: Socket, bytes: Buffer): Promise<void> {
  return new Promise((resolve, reject) => {
    to.write(bytes, (error) => {
      if (error) reject(error);
      else resolve();
    });
  });
}
