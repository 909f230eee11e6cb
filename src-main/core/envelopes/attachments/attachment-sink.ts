// Where a file that is taken out of an XML file goes, and the unwrapping in between: gzip (PES), zip (Chorus), or
// nothing. Streaming, whatever the size; a zip waits in memory or in the spool until its directory has been seen.
import { once } from 'node:events';
import { createGunzip } from 'node:zlib';
import type { EnvelopeAttachment } from '#contract/model/envelope';
import { RefusedError } from '../../errors.ts';
import type { PartSink } from '../../sources/source.ts';
import type { UnpackBudget } from '../archives/unpack-budget.ts';
import { abandonable } from '../bytes/abandonable.ts';

export interface AttachmentSink extends PartSink {
  /** It could not be taken out whole: what was written is worth nothing. Called instead of `end`. */
  discard(): void;
}

/** Takes packed bytes; `finished` settles after `end`. */
export interface Unwrapper extends PartSink {
  readonly finished: Promise<void>;
}

/** Counts what comes out, and remembers whether the failure was the sink's own. */
export type Outlet = {
  write(bytes: Buffer): Promise<void> | undefined;
  readonly sizeBytes: () => number;
};

export function outlet(sink: AttachmentSink, budget: UnpackBudget): Outlet {
  let sizeBytes = 0;
  return {
    write(bytes) {
      budget.bytes(bytes.length);
      sizeBytes += bytes.length;
      return sink.write(bytes);
    },
    sizeBytes: () => sizeBytes,
  };
}

export function plainUnwrapper(out: Outlet): Unwrapper {
  return { write: (bytes) => out.write(bytes), end: () => undefined, finished: Promise.resolve() };
}

const CHUNK_BYTES = 131_072;

export function gzipUnwrapper(out: Outlet, attachment: EnvelopeAttachment): Unwrapper {
  const gunzip = abandonable(createGunzip({ chunkSize: CHUNK_BYTES }));
  let hasFailed = false;
  const drain = async (): Promise<void> => {
    try {
      const chunks: AsyncIterable<Buffer> = gunzip;
      for await (const chunk of chunks) await out.write(chunk);
    } catch (error) {
      hasFailed = true;
      throw isZlibError(error) ? damaged(attachment, error) : error;
    }
  };
  const finished = drain();
  // Whoever extracts looks at it in the end; a failure before that is not unhandled.
  finished.catch(() => undefined);
  return {
    finished,
    write(bytes) {
      if (hasFailed || gunzip.destroyed || gunzip.write(bytes)) return undefined;
      const drained = once(gunzip, 'drain').then(
        () => undefined,
        () => undefined,
      );
      return Promise.race([drained, finished]).catch(() => undefined);
    },
    end() {
      gunzip.end();
    },
  };
}

export const damaged = (attachment: EnvelopeAttachment, cause: unknown): RefusedError =>
  new RefusedError(
    'envelope.attachmentDamaged',
    { name: attachment.name, file: attachment.carrier },
    { cause },
  );

function isZlibError(error: unknown): boolean {
  return error instanceof Error && 'code' in error && String(error.code).startsWith('Z_');
}
