// A large attachment goes up in ranges, one after the other, to an address that needs no token and must get none
// (learn.microsoft.com/graph/outlook-large-attachments). A broken connection goes on where the server has got to.
import { z } from 'zod';
import { TransientError, throwIfAborted } from '../../../errors.ts';
import { silenceDeadline, withinTime } from '../../../net/deadline.ts';
import { type HttpFetch, httpError, peerOf, retryAfterSeconds } from '../../../net/http-errors.ts';
import { graphError, GraphRefusal } from '../../../graph/graph-errors.ts';
import type { Piece } from '../../../mail/opener/mail-spool.ts';
import type { Clock, Logger } from '../../../ports.ts';

export type UploadOptions = {
  readonly fetch: HttpFetch;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly mailbox: string;
  readonly signal: AbortSignal;
};

/** Below the 4 MB that one range may have, and a multiple of 320 KiB as all of Microsoft's upload sessions like it. */
const RANGE_BYTES = 12 * 327_680;
const BLOCK_BYTES = 65_536;
const RANGE_MS = 180_000;
/** Without the server getting any further. */
const TRIES = 5;

const State = z.object({
  nextExpectedRanges: z.array(z.string()).optional(),
  NextExpectedRanges: z.array(z.string()).optional(),
});

/** Throws TransientError when it does not get through, RefusedError when the server will not have it. */
export async function uploadRanges(
  url: string,
  piece: Piece,
  options: UploadOptions,
): Promise<void> {
  const { clock, logger, signal } = options;
  const source = await piece.source();
  // One for all ranges: each is copied once more on its way out, and that is garbage enough.
  const room = new Uint8Array(Math.min(RANGE_BYTES, piece.sizeBytes));
  let at = 0;
  let failures = 0;
  while (at < piece.sizeBytes) {
    throwIfAborted(signal);
    const length = Math.min(RANGE_BYTES, piece.sizeBytes - at);
    const range = `bytes ${at}-${at + length - 1}/${piece.sizeBytes}`;
    try {
      const bytes = room.subarray(0, length);
      for (let filled = 0; filled < length;) {
        const block = await source.bytes(at + filled, Math.min(BLOCK_BYTES, length - filled));
        if (block.length === 0) throw new TransientError('disk.spool', { code: 'EOF' });
        bytes.set(block, filled);
        filled += block.length;
      }
      const next = await put(url, { range, bytes }, options);
      failures = next !== null && next <= at ? failures + 1 : 0;
      at = next ?? at + length;
    } catch (thrown) {
      const error = httpError(thrown, url);
      failures += 1;
      if (!(error instanceof TransientError) || failures >= TRIES) throw error;
      logger.log('warn', error.code, { at, failures });
      await clock.sleep(
        error.retryAfterSeconds ? error.retryAfterSeconds * 1000 : 500 * failures,
        signal,
      );
      at = (await reached(url, options)) ?? at;
    }
    if (failures >= TRIES) throw new TransientError('graph.uploadStuck', { at });
  }
}

type Range = { readonly range: string; readonly bytes: Uint8Array<ArrayBuffer> };

/** Where the next range begins; null where the server does not say. */
async function put(url: string, { range, bytes }: Range, options: UploadOptions) {
  const headers = { 'content-type': 'application/octet-stream', 'content-range': range };
  return await ask(url, { method: 'PUT', headers, body: bytes }, options);
}

/** How far the server has got; null where it cannot be asked. */
async function reached(url: string, options: UploadOptions): Promise<number | null> {
  try {
    return await ask(url, { method: 'GET' }, options);
  } catch (thrown) {
    throwIfAborted(options.signal);
    // Then the same range goes up again, and the server says what it thinks of it.
    options.logger.log('debug', httpError(thrown, url).code);
    return null;
  }
}

async function ask(url: string, init: RequestInit, options: UploadOptions): Promise<number | null> {
  const { clock, signal, mailbox } = options;
  const deadline = silenceDeadline(clock, RANGE_MS, signal);
  return await withinTime(deadline, peerOf(url), async (within) => {
    const response = await options.fetch(url, { ...init, signal: within });
    const text = await response.text();
    const json = parseJson(text);
    if (response.ok) {
      const state = State.safeParse(json).data;
      const [next = ''] = state?.nextExpectedRanges ?? state?.NextExpectedRanges ?? [];
      return /^\d+/.test(next) ? Number.parseInt(next, 10) : null;
    }
    const { code, message } = GraphRefusal.safeParse(json).data?.error ?? {
      code: '',
      message: text,
    };
    const { status, headers } = response;
    const answer = {
      status,
      code,
      text: message,
      retryAfterSeconds: retryAfterSeconds(headers, clock),
    };
    // The server has another place in mind: it is asked which.
    if (status === 416) throw new TransientError('graph.uploadStuck', { at: 0 });
    throw graphError(answer, { mailbox, about: 'sending' });
  });
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // Judged by the schema.
    return undefined;
  }
}
