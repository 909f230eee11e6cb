// A zip around one file, as Chorus wraps every attachment; often a streamed one, whose sizes stand in its central
// directory alone, so it is read when all of it is there: up to 4 MB in memory, a larger one in the spool.
import { unlink } from 'node:fs/promises';
import { type Entry, fromBufferPromise, openPromise, type ZipFile } from 'yauzl';
import type { EnvelopeAttachment } from '#contract/model/envelope';
import { AppError } from '../../errors.ts';
import type { UnpackBudget } from '../archives/unpack-budget.ts';
import { appendTo, type SpoolFile } from '../archives/spool-file.ts';
import { readEntry } from '../archives/unpack-zip.ts';
import { damaged, type Outlet, type Unwrapper } from './attachment-sink.ts';

const IN_MEMORY_BYTES = 4_194_304;
const COPY_BYTES = 262_144;

export type ZipUnwrapping = {
  readonly out: Outlet;
  readonly attachment: EnvelopeAttachment;
  readonly budget: UnpackBudget;
  /** Opens a fresh spool file. */
  readonly spool: () => Promise<SpoolFile>;
  readonly signal: AbortSignal;
  /** The zip holds several files and is handed over as it is. */
  readonly onArchive: () => void;
};

export function zipUnwrapper(options: ZipUnwrapping): Unwrapper {
  const packed = new PackedBytes(options.spool);
  const finished = Promise.withResolvers<undefined>();
  finished.promise.catch(() => undefined);
  return {
    finished: finished.promise,
    write: (bytes) => packed.write(bytes),
    end() {
      unwrap(packed, options)
        .finally(() => packed.remove())
        .then(() => {
          finished.resolve(undefined);
        }, finished.reject);
    },
  };
}

async function unwrap(packed: PackedBytes, options: ZipUnwrapping): Promise<void> {
  try {
    const zip = await packed.openZip();
    try {
      const entry = await onlyFile(zip);
      if (entry !== null) {
        const { budget, signal, out } = options;
        await readEntry(zip, entry, { budget: NO_BUDGET, signal, write: (b) => out.write(b) });
        budget.entry();
        return;
      }
    } finally {
      zip.close();
    }
  } catch (error) {
    throw error instanceof AppError ? error : damaged(options.attachment, error);
  }
  options.onArchive();
  await packed.copyTo(options.out);
}

/** The outlet counts already. */
const NO_BUDGET: UnpackBudget = { entry: () => undefined, bytes: () => undefined };

async function onlyFile(zip: ZipFile): Promise<Entry | null> {
  let only: Entry | null = null;
  for await (const entry of zip.eachEntry()) {
    if (entry.fileName.endsWith('/')) continue;
    if (only !== null || entry.isEncrypted()) return null;
    only = entry;
  }
  return only;
}

class PackedBytes {
  readonly #spool: () => Promise<SpoolFile>;
  #chunks: Buffer[] = [];
  #bytes = 0;
  #file: SpoolFile | undefined;

  constructor(spool: () => Promise<SpoolFile>) {
    this.#spool = spool;
  }

  write(bytes: Buffer): Promise<void> | undefined {
    this.#chunks.push(bytes);
    this.#bytes += bytes.length;
    return this.#bytes > IN_MEMORY_BYTES ? this.#flush() : undefined;
  }

  async openZip(): Promise<ZipFile> {
    const file = await this.#spooled();
    if (file === undefined) return fromBufferPromise(Buffer.concat(this.#chunks), {});
    return openPromise(file.path, { autoClose: false });
  }

  async copyTo(out: Outlet): Promise<void> {
    const file = await this.#spooled();
    if (file === undefined) {
      for (const chunk of this.#chunks) await out.write(chunk);
      return;
    }
    for (;;) {
      const block = Buffer.allocUnsafeSlow(COPY_BYTES);
      const { bytesRead } = await file.handle.read(block, 0, COPY_BYTES);
      if (bytesRead === 0) return;
      await out.write(block.subarray(0, bytesRead));
    }
  }

  async remove(): Promise<void> {
    this.#chunks = [];
    if (this.#file === undefined) return;
    await this.#file.handle.close().catch(() => undefined);
    // The spool's owner sweeps what cannot be removed now.
    await unlink(this.#file.path).catch(() => undefined);
  }

  async #spooled(): Promise<SpoolFile | undefined> {
    if (this.#file !== undefined) await this.#flush();
    return this.#file;
  }

  async #flush(): Promise<void> {
    const chunks = this.#chunks;
    this.#chunks = [];
    this.#file ??= await this.#spool();
    for (const chunk of chunks) await appendTo(this.#file, chunk);
  }
}
