// A mail that somebody dropped into the folder as a file (`.eml`, or Outlook's `.msg`): opened and taken apart by the same rules
// as a mail that comes in.
import { createReadStream } from 'node:fs';
import type { MailTake } from '#contract/model/mail-take';
import { GoneError, toAppError, throwIfAborted } from '../../errors.ts';
import { newAllowance } from '../../mail/opener/container-reader.ts';
import { createMailSpool } from '../../mail/opener/mail-spool.ts';
import type { MailDesk } from '../../mail/opener/mail-desk.ts';
import { openMail } from '../../mail/opener/open-mail.ts';
import type { FetchOrder, Intake, SourceItem } from '../source.ts';
import { folderError } from './folder-errors.ts';

export type DroppedMails = {
  readonly take: MailTake;
  readonly desk: MailDesk;
  readonly signal: AbortSignal;
};

const BLOCK_BYTES = 262_144;

/** Its documents are known once it is read. */
export function asMail(item: SourceItem): SourceItem {
  const isMail = item.parts.length > 0 && /\.(?:eml|msg)$/i.test(item.title);
  return isMail ? { ...item, parts: [], unread: true } : item;
}

/** Ends the order. `isAsFound`: whether the file is still the one that was listed. Throws what ends the fetch. */
export async function readDroppedMail(
  {
    order,
    path,
    isAsFound,
  }: { order: FetchOrder; path: string; isAsFound: () => Promise<boolean> },
  intake: Intake,
  { take, desk, signal }: DroppedMails,
): Promise<void> {
  const { spoolDir, containers } = desk;
  const sizeBytes = order.item.sizeBytes;
  const opening = openMail({ take, spoolDir, containers, sizeBytes, signal });
  const converted = createMailSpool(spoolDir);
  try {
    const mail = await (async () => {
      const isOutlook = path.toLowerCase().endsWith('.msg');
      const read = isOutlook
        ? await asEml(path, desk, { folder: await converted.newFolder(), signal })
        : path;
      for await (const block of createReadStream(read, { highWaterMark: BLOCK_BYTES })) {
        throwIfAborted(signal);
        if (Buffer.isBuffer(block)) await opening.write(block);
      }
      return await opening.end();
    })().catch((thrown: unknown) => {
      const error = asFileError(thrown, path);
      if (error.kind === 'cancelled' || error.kind === 'unexpected') throw error;
      intake.failed(order, error);
      return null;
    });
    if (!mail) return;
    if (!(await isAsFound())) {
      intake.failed(order, new GoneError('file.changed', { path }));
      return;
    }
    // The item goes on being called what the file is called.
    const parts = await intake.choose(order, { ...mail.found, title: '' });
    await mail.handOver(order, parts, intake);
    await intake.done(order);
  } finally {
    await opening.abort();
    await converted.close();
  }
}

async function asEml(
  path: string,
  { containers }: MailDesk,
  { folder, signal }: { readonly folder: string; readonly signal: AbortSignal },
): Promise<string> {
  const { files } = await containers.open({ kind: 'msg', path, folder }, newAllowance(), signal);
  return files[0]?.path ?? path;
}

function asFileError(thrown: unknown, path: string) {
  const code =
    thrown instanceof Error && 'syscall' in thrown && 'code' in thrown ? thrown.code : null;
  return typeof code === 'string' ? folderError('file', code, path) : toAppError(thrown);
}
