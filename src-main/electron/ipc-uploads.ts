// Files that the page hands over for a message, in pieces: a page that was taken over can give bytes, never a path. One
// piece waits until the disk has taken the one before; what the page forgets is given up.
import { once } from 'node:events';
import { PassThrough } from 'node:stream';
import { z } from 'zod';
import { PIECE_BYTES } from '#contract/desktop';
import type { Reply } from '#contract/envelope';
import { background } from '../core/background.ts';
import type { Core } from '../core/create-core.ts';
import { AppError, CancelledError, ConfigError, toErrorBody } from '../core/errors.ts';
import type { Clock, Logger } from '../core/ports.ts';

/** So long a file may stand still between two pieces. */
const SILENCE_MS = 60_000;
const AT_ONCE = 16;

const Piece = z.object({
  /** Of the whole name, what a file system can hold. */
  name: z.string().transform((name) => name.slice(0, 255) || 'document'),
  /** Where in the file it begins; 0 begins a file. */
  at: z.number().int().min(0),
  bytes: z.instanceof(Uint8Array).refine((bytes) => bytes.byteLength <= PIECE_BYTES),
  isLast: z.boolean(),
});

type Upload = {
  readonly stream: PassThrough;
  readonly done: Promise<Reply>;
  readonly controller: AbortController;
  heardAtMs: number;
  takenBytes: number;
};

export interface IpcUploads {
  /** Answers null for a piece, an `Upload` for the last one. Never throws. `key`: the file, of this page. */
  readonly take: (key: string, piece: unknown) => Promise<Reply>;
  /** The page wants it no more. */
  readonly cancel: (key: string) => void;
}

export function createIpcUploads(parts: {
  readonly core: Pick<Core, 'receiveFile'>;
  readonly clock: Clock;
  readonly logger: Logger;
}): IpcUploads {
  const { core, clock, logger } = parts;
  const underWay = new Map<string, Upload>();

  const begin = (key: string, name: string): Upload => {
    const stream = new PassThrough({ highWaterMark: PIECE_BYTES });
    // Destroyed by a reader that gave up: the reader tells why.
    stream.on('error', () => undefined);
    const controller = new AbortController();
    controller.signal.addEventListener('abort', () => {
      underWay.delete(key);
      stream.destroy(new CancelledError());
    });
    const done = core.receiveFile(name, stream, controller.signal).then(
      (value): Reply => ({ ok: true, value }),
      (thrown: unknown): Reply =>
        refused(controller.signal.aborted ? new CancelledError() : thrown),
    );
    const heardAtMs = clock.monotonicMs();
    const upload = { stream, done, controller, heardAtMs, takenBytes: 0 };
    underWay.set(key, upload);
    const end = new AbortController();
    background(
      done.then(() => {
        end.abort();
        underWay.delete(key);
      }),
      logger,
    );
    background(giveUpWhenSilent(upload, clock, end.signal), logger);
    return upload;
  };

  const write = async (upload: Upload, piece: z.output<typeof Piece>): Promise<Reply> => {
    const { stream, done } = upload;
    upload.heardAtMs = clock.monotonicMs();
    upload.takenBytes += piece.bytes.byteLength;
    const hasRoom = stream.write(piece.bytes);
    if (piece.isLast) {
      stream.end();
      return done;
    }
    if (hasRoom) return { ok: true, value: null };
    const drained = once(stream, 'drain').then(
      (): Reply => ({ ok: true, value: null }),
      () => done,
    );
    return Promise.race([drained, done]);
  };

  return {
    take: async (key, given) => {
      const parsed = Piece.safeParse(given);
      if (!parsed.success) return refused(new AppError('unexpected', 'api.badRequest'));
      const piece = parsed.data;
      if (piece.at === 0) {
        if (underWay.has(key)) return refused(new AppError('unexpected', 'api.badRequest'));
        if (underWay.size >= AT_ONCE) return refused(new ConfigError('api.tooMany'));
        return write(begin(key, piece.name), piece);
      }
      const upload = underWay.get(key);
      if (upload?.takenBytes !== piece.at) return refused(new ConfigError('attachment.uploadGone'));
      return write(upload, piece);
    },
    cancel: (key) => underWay.get(key)?.controller.abort(),
  };
}

const refused = (thrown: unknown): Reply => ({ ok: false, error: toErrorBody(thrown) });

async function giveUpWhenSilent(upload: Upload, clock: Clock, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    const leftMs = upload.heardAtMs + SILENCE_MS - clock.monotonicMs();
    if (leftMs <= 0) {
      upload.controller.abort();
      return;
    }
    // Aborted: the file is there, or was refused.
    await clock.sleep(leftMs, signal).catch(() => undefined);
  }
}
