// A large attachment goes up in ranges, one after the other, to an address that needs no token and must get none
// (learn.microsoft.com/graph/outlook-large-attachments). A broken connection goes on where the server has got to.
import { z } from 'zod';
import { TransientError, throwIfAborted } from '../../../errors.ts';
import { silenceDeadline, withinTime } from '../../../net/deadline.ts';
import type { AskHttp, HttpQuestion } from '../../../net/ask-http.ts';
import { httpError, peerOf, retryAfterSeconds } from '../../../net/http-errors.ts';
import { graphError, GraphRefusal } from '../../../graph/graph-errors.ts';
import type { Piece } from '../../../mail/opener/mail-spool.ts';
import type { Clock, Logger } from '../../../ports.ts';

export type UploadOptions = {
  readonly askHttp: AskHttp;
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
  // One for all ranges.
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
    return await ask(url, { method: 'GET', headers: {} }, options);
  } catch (thrown) {
    throwIfAborted(options.signal);
    // Then the same range goes up again, and the server says what it thinks of it.
    options.logger.log('debug', httpError(thrown, url).code);
    return null;
  }
}

async function ask(
  url: string,
  question: Omit<HttpQuestion, 'signal'>,
  options: UploadOptions,
): Promise<number | null> {
  const { askHttp, clock, signal: outer, mailbox } = options;
  const deadline = silenceDeadline(clock, RANGE_MS, outer);
  return await withinTime(deadline, peerOf(url), async (signal) => {
    const answer = await askHttp(url, { ...question, signal });
    const { status } = answer;
    const said = await answer.text();
    const json = parseJson(said);
    if (status >= 200 && status < 300) {
      const state = State.safeParse(json).data;
      const [next = ''] = state?.nextExpectedRanges ?? state?.NextExpectedRanges ?? [];
      return /^\d+/.test(next) ? Number.parseInt(next, 10) : null;
    }
    const refusal = GraphRefusal.safeParse(json).data?.error;
    const { code, message: text } = refusal ?? { code: '', message: said };
    const wait = retryAfterSeconds(answer.header('retry-after'), clock);
    // The server has another place in mind, and is asked which; or it has forgotten the session.
    if (status === 416 || status === 404) throw new TransientError('graph.uploadStuck', { at: 0 });
    const refused = { status, code, text, retryAfterSeconds: wait };
    throw graphError(refused, { mailbox, about: 'sending' });
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
