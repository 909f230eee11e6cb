// One document on its way from a source to its temporary file. While it is small it is only kept; if it ends so, it
// is written in one go, many at a time. Once it has grown large it streams.
import { hash } from 'node:crypto';
import { dirname } from 'node:path';
import { CancelledError } from '../errors.ts';
import type { Staging } from '../pipeline/stager.ts';
import type { Lanes } from './lanes.ts';
import type { Pressure } from './pressure.ts';
import type { Digest } from './read-blocks.ts';
import { startStream, type StreamTools, type StreamWriter } from './stream-writer.ts';
import { awaitedLater, quietly, removeQuietly, withNewFile } from './temp-file.ts';
import type { DiskThreads } from './threads/disk-threads.ts';
import { writeVerified } from './verified-write.ts';

export type SmallTools = { readonly document: Buffer; readonly scratch: Buffer };

export type PartTools = StreamTools & {
  readonly small: Lanes<SmallTools>;
  readonly smallBytes: number;
  /** Bytes of small documents that are complete and wait for their write. */
  readonly pressure: Pressure;
  readonly threads: DiskThreads | undefined;
};

export function openPart(tempPath: string, tools: PartTools): Staging {
  const { disk, pressure } = tools;
  const outcome = Promise.withResolvers<Digest>();
  let chunks: Buffer[] = [];
  let keptBytes = 0;
  let stream: StreamWriter | undefined;
  let isOpen = true;

  const grow = (): StreamWriter => {
    const started = startStream(tempPath, tools);
    outcome.resolve(started.finished);
    for (const chunk of chunks) started.push(chunk);
    chunks = [];
    return started;
  };

  return {
    staged: awaitedLater(outcome.promise),
    sink: {
      lend: (sizeBytes) => tools.blocks.lend(sizeBytes),
      write(chunk) {
        if (!isOpen) return undefined;
        if (stream === undefined) {
          chunks.push(chunk);
          keptBytes += chunk.length;
          if (keptBytes <= tools.smallBytes) return pressure.wait();
          stream = grow();
        } else {
          stream.push(chunk);
        }
        return stream.wait();
      },
      end() {
        if (!isOpen) return;
        isOpen = false;
        if (stream === undefined) outcome.resolve(writeSmall(tempPath, chunks, tools));
        else stream.end();
        chunks = [];
      },
    },
    async abort() {
      isOpen = false;
      chunks = [];
      stream?.cancel();
      // Without effect on a document that is being written: that ends first, and is removed then.
      outcome.reject(new CancelledError());
      await quietly(outcome.promise);
      await removeQuietly(disk, tempPath);
    },
  };
}

async function writeSmall(
  tempPath: string,
  chunks: readonly Buffer[],
  tools: PartTools,
): Promise<Digest> {
  const { pressure, blocks, threads } = tools;
  const sizeBytes = chunks.reduce((sum, chunk) => sum + chunk.length, 0);
  pressure.add(sizeBytes);
  try {
    return await (threads?.serves(dirname(tempPath)) === true
      ? threads.write(tempPath, chunks)
      : writeHere(tempPath, chunks, tools));
  } finally {
    for (const chunk of chunks) blocks.giveBack(chunk);
    pressure.remove(sizeBytes);
  }
}

/** One chunk is written as it is; several are laid side by side in the lane's own buffer. */
function writeHere(
  tempPath: string,
  chunks: readonly Buffer[],
  { disk, small }: PartTools,
): Promise<Digest> {
  return small.run(async ({ document, scratch }) => {
    const [only] = chunks;
    const bytes = chunks.length === 1 && only !== undefined ? only : join(chunks, document);
    await withNewFile(disk, tempPath, (fd) => writeVerified(disk, fd, bytes, scratch));
    return { sizeBytes: bytes.length, sha256: hash('sha256', bytes, 'hex') };
  });
}

function join(chunks: readonly Buffer[], into: Buffer): Buffer {
  let filled = 0;
  for (const chunk of chunks) filled += chunk.copy(into, filled);
  return into.subarray(0, filled);
}
