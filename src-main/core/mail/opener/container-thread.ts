// What runs in the thread of container-reader: one container, from a file to files. A message that Outlook stored becomes a mail,
// a zip its entries.
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { parentPort, workerData } from 'node:worker_threads';
import type { ErrorParams } from '#contract/error-codes';
import { EnvelopeLimits } from '#contract/model/envelope';
import { z } from 'zod';
import { AppError } from '../../errors.ts';
import { unpackZip } from '../../envelopes/archives/unpack-zip.ts';
import { fileSource } from '../containers/byte-source.ts';
import { emlOf } from '../containers/message-eml.ts';
import { openMsg } from '../containers/msg.ts';
import { openTnef } from '../containers/tnef.ts';

const Order = z.object({
  kind: z.enum(['tnef', 'msg', 'zip']),
  path: z.string(),
  /** An empty or shared folder for what is found; names in it are made up. */
  folder: z.string(),
});
export type ContainerOrder = z.infer<typeof Order>;

export type ContainerResult = {
  readonly files: readonly {
    readonly name: string;
    readonly mediaType: string;
    readonly path: string;
    readonly sizeBytes: number;
  }[];
  /** `truncated`, `checksum`, `reference`. */
  readonly problems: readonly string[];
};

export type ContainerAnswer =
  | { readonly ok: true; readonly result: ContainerResult }
  | { readonly ok: false; readonly code: string; readonly params: ErrorParams };

/** What one mail's zip may hold. */
const ZIP_LIMITS = EnvelopeLimits.parse({ maxFiles: 1000 });

async function openContainer({ kind, path, folder }: ContainerOrder): Promise<ContainerResult> {
  const handle = await open(path, 'r');
  try {
    const { size: sizeBytes } = await handle.stat();
    const signal = new AbortController().signal;
    if (kind === 'zip') {
      const file = { name: 'archive.zip', path, sizeBytes };
      const limits = ZIP_LIMITS;
      const found = await unpackZip(file, { spoolDir: folder, limits, signal });
      const files = found.map((one) => ({
        name: one.name.slice(Math.max(one.name.lastIndexOf('/'), one.name.lastIndexOf('\\')) + 1),
        mediaType: 'application/octet-stream',
        path: one.path,
        sizeBytes: one.sizeBytes,
      }));
      return { files, problems: [] };
    }
    const source = fileSource(
      (into, length, at) => handle.read(into, 0, length, at).then((one) => one.bytesRead),
      sizeBytes,
    );
    const opened = await (kind === 'msg' ? openMsg(source) : openTnef(source));
    const target = join(folder, `${kind}-${process.hrtime.bigint()}.eml`);
    const out = await open(target, 'wx', 0o600);
    try {
      let written = 0;
      for await (const chunk of emlOf(opened, signal)) {
        await out.writeFile(chunk);
        written += chunk.length;
      }
      const files = [{ name: '', mediaType: 'message/rfc822', path: target, sizeBytes: written }];
      return { files, problems: opened.problems };
    } finally {
      await out.close();
    }
  } finally {
    await handle.close();
  }
}

async function answer(): Promise<ContainerAnswer> {
  try {
    return { ok: true, result: await openContainer(Order.parse(workerData)) };
  } catch (thrown) {
    if (thrown instanceof AppError) return { ok: false, code: thrown.code, params: thrown.params };
    return { ok: false, code: 'mail.containerUnreadable', params: { detail: String(thrown) } };
  }
}

parentPort?.postMessage(await answer());
