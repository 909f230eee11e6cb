// A message on its way to a server, with a gate before its end: what the gate refuses is never ended, so that no server
// takes it. Small pieces go together: each one that goes by itself is a packet, and a read at the other end.
import { Readable } from 'node:stream';

type Gate = {
  /** Awaited once all has been handed on, before the end is. */
  readonly commit: () => Promise<void>;
  /** What the reader is told in place of what was thrown. */
  readonly fail: (thrown: unknown) => Error;
};

const PIECE_BYTES = 64 * 1024;

/** Nothing is opened before somebody reads. Destroying it destroys what it reads from. */
export function gated(open: () => Readable, { commit, fail }: Gate): Readable {
  let source: Readable | undefined;
  let pieces: Buffer[] = [];
  let bytes = 0;
  /** False: enough for now. */
  const handOn = (gate: Readable): boolean => {
    const whole = pieces.length === 1 ? pieces[0] : Buffer.concat(pieces, bytes);
    pieces = [];
    bytes = 0;
    return whole === undefined || whole.length === 0 || gate.push(whole);
  };
  const begin = (gate: Readable): Readable => {
    const stop = (thrown: unknown): void => {
      gate.destroy(fail(thrown));
    };
    const opened = open();
    opened.on('data', (chunk: Buffer) => {
      pieces.push(chunk);
      bytes += chunk.length;
      if (bytes >= PIECE_BYTES && !handOn(gate)) opened.pause();
    });
    opened.on('error', stop);
    opened.once('end', () => {
      handOn(gate);
      commit().then(() => gate.push(null), stop);
    });
    return opened;
  };
  return new Readable({
    read() {
      if (source !== undefined) {
        source.resume();
        return;
      }
      try {
        source = begin(this);
      } catch (thrown) {
        this.destroy(fail(thrown));
      }
    },
    destroy(error, done) {
      source?.destroy();
      done(error);
    },
  });
}
