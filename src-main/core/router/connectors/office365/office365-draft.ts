// A message sent by way of a draft: for what is too large for one request, and where no copy shall stay. The draft's
// immutable id tells after a lost answer whether it has left; nothing has, before `send` is asked for.
import { z } from 'zod';
import { AppError, GoneError, RefusedError, toAppError } from '../../../errors.ts';
import type { GraphClient } from '../../../graph/graph-client.ts';
import type { AskHttp } from '../../../net/ask-http.ts';
import type { Clock, Logger } from '../../../ports.ts';
import type { SplitAttachment } from './split-mime.ts';
import { uploadRanges } from './upload.ts';

export type DraftOptions = {
  readonly graph: GraphClient;
  readonly askHttp: AskHttp;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly mailbox: string;
  /** Stops everything before the message is sent. */
  readonly signal: AbortSignal;
};

const about = { about: 'sending' } as const;
/** Larger attachments need an upload session (learn.microsoft.com/graph/api/attachment-createuploadsession). */
const DIRECT_BYTES = 3 * 1024 * 1024 - 1024;
const LARGEST_BYTES = 150 * 1024 * 1024;
const Made = z.object({ id: z.string() });
const Session = z.object({ uploadUrl: z.string() });
const Drafts = z.object({ value: z.array(z.object({ id: z.string() })) });
const State = z.object({ isDraft: z.boolean() });

/** Resolves with the draft's immutable id. */
export async function createDraft({ graph, signal }: DraftOptions, mime: Buffer): Promise<string> {
  const body = { type: 'text/plain', bytes: mime.toString('base64') };
  const request = { method: 'POST', path: '/messages', about, body, isRepeatable: false, signal };
  return (await graph.json({ ...request, method: 'POST' }, Made)).value.id;
}

/** What an earlier attempt left, that did not come to its end. */
export async function removeLeftovers(
  { graph, signal }: DraftOptions,
  messageId: string,
): Promise<void> {
  const filter = `internetMessageId eq '${messageId.replaceAll("'", "''")}'`;
  const path = `/mailFolders/drafts/messages?$filter=${encodeURIComponent(filter)}&$select=id`;
  const { value } = await graph.json({ path, about, signal }, Drafts);
  for (const { id } of value.value) await removeDraft(graph, id, signal);
}

export async function removeDraft(
  graph: GraphClient,
  id: string,
  signal: AbortSignal,
): Promise<void> {
  const path = `/messages/${encodeURIComponent(id)}`;
  await graph.done({ method: 'DELETE', path, about: { about: 'item' }, signal });
}

export async function attach(
  options: DraftOptions,
  draftId: string,
  attachment: SplitAttachment,
): Promise<void> {
  const { graph, signal } = options;
  const { name, mediaType, contentId, piece } = attachment;
  const { sizeBytes } = piece;
  const inline = contentId === '' ? {} : { isInline: true, contentId };
  const below = `/messages/${encodeURIComponent(draftId)}/attachments`;
  const post = { method: 'POST', about, isRepeatable: false, signal } as const;
  if (sizeBytes > LARGEST_BYTES) {
    throw new RefusedError('graph.attachmentTooLarge', {
      name,
      sizeBytes,
      maxBytes: LARGEST_BYTES,
    });
  }
  if (sizeBytes < DIRECT_BYTES) {
    const content = await (await piece.source()).bytes(0, sizeBytes);
    const contentBytes = Buffer.from(content).toString('base64');
    const type = '#microsoft.graph.fileAttachment';
    const file = { '@odata.type': type, name, contentType: mediaType, contentBytes, ...inline };
    const body = { type: 'application/json', bytes: JSON.stringify(file) };
    await graph.done({ ...post, path: below, body });
    return;
  }
  const item = { attachmentType: 'file', name, size: sizeBytes, contentType: mediaType, ...inline };
  const body = { type: 'application/json', bytes: JSON.stringify({ AttachmentItem: item }) };
  const session = await graph.json(
    { ...post, path: `${below}/createUploadSession`, body },
    Session,
  );
  await uploadRanges(session.value.uploadUrl, piece, options);
}

/** Whether it has left; null = nobody can tell: it is on its way, or gone. */
export async function hasLeft(
  graph: GraphClient,
  id: string,
  signal: AbortSignal,
): Promise<boolean | null> {
  const path = `/messages/${encodeURIComponent(id)}?$select=isDraft`;
  try {
    const { value } = await graph.json({ path, about: { about: 'item' }, signal }, State);
    return !value.isDraft;
  } catch (thrown) {
    if (thrown instanceof GoneError) return null;
    throw thrown;
  }
}

/** The copy in the sent items; it appears some time after the message was taken on. Never throws. */
export async function removeCopy(
  { graph, clock, logger }: Pick<DraftOptions, 'graph' | 'clock' | 'logger'>,
  id: string,
  signal: AbortSignal,
): Promise<void> {
  try {
    for (const waitMs of [0, 1000, 3000, 6000]) {
      await clock.sleep(waitMs, signal);
      if ((await hasLeft(graph, id, signal)) !== true) continue;
      const path = `/messages/${encodeURIComponent(id)}/permanentDelete`;
      await graph.done({ method: 'POST', path, about: { about: 'item' }, signal });
      return;
    }
    logger.log('warn', 'graph.copyStays');
  } catch (thrown) {
    const error: AppError = toAppError(thrown);
    logger.log('warn', error.code);
  }
}
