// What runs in the thread of container-reader: one container, from a file to files. A message that Outlook stored becomes a mail,
// a zip its entries.
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { parentPort, workerData } from 'node:worker_threads';
import type { ErrorParams } from '#contract/error-codes';
import { EnvelopeLimits } from '#contract/model/envelope';
import { z } from 'zod';
import { AppError, RefusedError } from '../../errors.ts';
import { unpackZip } from '../../envelopes/archives/unpack-zip.ts';
import { fileSource } from '../containers/byte-source.ts';
import { emlOf } from '../containers/message-eml.ts';
import { openMsg } from '../containers/msg.ts';
import { openTnef } from '../containers/tnef.ts';

const Order = z.object({
  kind: z.enum(['tnef', 'msg', 'zip']),
  path: z.string(),
  /** An empty folder for what is found; names in it are made up. */
  folder: z.string(),
  /** Of all that comes out of it. */
  mostBytes: z.number(),
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
  | {
      readonly ok: false;
      /** The disk's fault, not the container's: later it may be opened. */
      readonly isPassing: boolean;
      readonly code: string;
      readonly params: ErrorParams;
    };

/** What a zip of a mail may hold. */
const MAX_FILES = 1000;

async function openContainer({
  kind,
  path,
  folder,
  mostBytes,
}: ContainerOrder): Promise<ContainerResult> {
  const handle = await open(path, 'r');
  try {
    const { size: sizeBytes } = await handle.stat();
    const signal = new AbortController().signal;
    if (kind === 'zip') {
      const file = { name: 'archive.zip', path, sizeBytes };
      const limits = EnvelopeLimits.parse({ maxFiles: MAX_FILES, maxArchiveBytes: mostBytes });
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
    const target = join(folder, `${kind}.eml`);
    const out = await open(target, 'wx', 0o600);
    try {
      let written = 0;
      for await (const chunk of emlOf(opened, signal)) {
        written += chunk.length;
        if (written > mostBytes) throw new RefusedError('mail.containerTooComplex', {});
        await out.writeFile(chunk);
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
    if (thrown instanceof AppError) {
      const { code, params, kind } = thrown;
      return { ok: false, isPassing: kind === 'transient', code, params };
    }
    const isDisk = thrown instanceof Error && 'syscall' in thrown && 'code' in thrown;
    if (isDisk) {
      return {
        ok: false,
        isPassing: true,
        code: 'disk.spool',
        params: { code: String(thrown.code) },
      };
    }
    const params = { detail: String(thrown) };
    return { ok: false, isPassing: false, code: 'mail.containerUnreadable', params };
  }
}

void answer().then((said) => parentPort?.postMessage(said));
