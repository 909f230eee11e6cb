// Takes a message into the outbox: attachments and row are on the disk before it answers.
import type { z } from 'zod';
import type { calls } from '#contract/calls';
import { type OutboxId, UploadId } from '#contract/ids';
import type { Upload } from '#contract/model/outbox';
import type { Service } from '#contract/model/router';
import { isAbsolute } from 'node:path';
import { ConfigError } from '../../errors.ts';
import type { Checkpoint, Clock } from '../../ports.ts';
import { mediaTypeOf } from '../../sources/folder/media-type.ts';
import type { NewAttachment } from '../../store/outbox-repo.ts';
import type { Store } from '../../store/store.ts';
import { chooseConnector } from '../choose-connector.ts';
import type { AttachmentStore, StoredFile } from './attachment-store.ts';
import {
  attachmentName,
  newMessageId,
  type ParsedDraft,
  prepareMessage,
} from './prepare-message.ts';

export type Request = Omit<z.output<(typeof calls)['outbox.send']['input']>, 'wait'>;

export interface TakeIn {
  /** Throws ConfigErrors with the field, and what the disk says. */
  take(request: Request, signal: AbortSignal): Promise<OutboxId>;
  /** A file for a message that is being written. */
  readonly receive: (
    name: string,
    bytes: AsyncIterable<unknown>,
    signal: AbortSignal,
  ) => Promise<Upload>;
  preview(draft: ParsedDraft): Promise<Preview>;
}

type Preview = z.output<(typeof calls)['outbox.preview']['output']>;

export type TakeInParts = {
  readonly store: Pick<Store, 'outbox' | 'router'>;
  readonly files: AttachmentStore;
  readonly clock: Clock;
  readonly checkpoint: Checkpoint;
  /** Longest upload in bytes. */
  readonly maxUploadBytes?: number;
};

type Uploaded = StoredFile & { readonly name: string; readonly atMs: number };
/** `upload`: what it was handed over as. */
type Gathered = NewAttachment & { readonly upload?: Uploaded };
type Source = ParsedDraft['attachments'][number];

const MAX_UPLOAD_BYTES = 512 * 1024 * 1024;
/** Less than the day after which the store sweeps what no message wants. */
const UPLOAD_MS = 23 * 3_600_000;

export function createTakeIn(parts: TakeInParts): TakeIn {
  const { store, files, clock, checkpoint } = parts;
  const uploads = new Map<UploadId, Uploaded>();
  const uploadOf = (id: UploadId): Uploaded => {
    const found = uploads.get(id);
    if (found !== undefined && clock.now().getTime() - found.atMs < UPLOAD_MS) return found;
    throw new ConfigError('attachment.uploadGone', { id }, { field: 'attachments' });
  };

  /** Copies what is on this machine; what was handed over before is only looked up. */
  const gather = async (sources: readonly Source[], signal: AbortSignal): Promise<Gathered[]> => {
    const gathered: Gathered[] = [];
    try {
      for (const source of sources) gathered.push(await one(source, signal));
      return gathered;
    } catch (thrown) {
      await letGo(sources, gathered);
      throw thrown;
    }
  };

  /** No message came of it: copies go, what was handed over waits for another try. */
  const letGo = async (
    sources: readonly Source[],
    gathered: readonly Gathered[],
  ): Promise<void> => {
    for (const [index, { upload }] of gathered.entries()) {
      const source = sources[index];
      if (upload !== undefined && source !== undefined && 'uploadId' in source)
        uploads.set(source.uploadId, upload);
    }
    const copies = gathered.filter(({ upload }) => upload === undefined);
    await files.remove(copies.map((copy) => copy.file));
  };

  const one = async (source: Source, signal: AbortSignal): Promise<Gathered> => {
    if ('path' in source) {
      const { path } = source;
      const field = 'attachments';
      if (!isAbsolute(path)) throw new ConfigError('path.notAbsolute', { path }, { field });
      const stored = await files.fromPath(path, signal);
      const name = attachmentName(source.name, path);
      return { ...stored, name, mediaType: mediaTypeOf(name) };
    }
    const upload = uploadOf(source.uploadId);
    // Of this message alone from now on: its file goes when the message is sent.
    uploads.delete(source.uploadId);
    const { file, sizeBytes, sha256 } = upload;
    const name = attachmentName(source.name, upload.name);
    return { file, sizeBytes, sha256, name, mediaType: mediaTypeOf(name), upload };
  };

  return {
    async take(request, signal) {
      const known = request.once === '' ? undefined : store.outbox.byKey(request.once);
      if (known !== undefined) return known.message.id;
      const { service, connector } = chooseConnector(store.router, 'mail', request.serviceId);
      const prepared = prepareMessage(request, service);
      const sender = displayedSender(service, connector.config);
      const gathered = await gather(request.attachments, signal);
      const stored = gathered.map(({ upload: _upload, ...file }): NewAttachment => file);
      checkpoint('outbox.attached');
      const at = clock.now().toISOString();
      const row = {
        messageId: newMessageId(sender),
        onceKey: request.once === '' ? null : request.once,
        serviceType: 'mail' as const,
        serviceId: request.serviceId,
        serviceName: service?.name ?? '',
        asker: request.asker,
        sender,
        ...prepared,
        files: stored,
        sizeBytes: sizeOf(prepared, stored),
        at,
      };
      try {
        const id = await store.outbox.store(row);
        checkpoint('outbox.stored');
        return id;
      } catch (thrown) {
        const twin = request.once === '' ? undefined : store.outbox.byKey(request.once);
        if (twin === undefined) {
          await letGo(request.attachments, gathered);
          throw thrown;
        }
        // Its own row, which could not be taken back: the files are that row's.
        if (twin.message.messageId === row.messageId) throw thrown;
        // Two asked for the same at the same time.
        await files.remove(stored.map((each) => each.file));
        return twin.message.id;
      }
    },
    async receive(name, bytes, signal) {
      const stored = await files.fromStream(
        bytes,
        signal,
        parts.maxUploadBytes ?? MAX_UPLOAD_BYTES,
      );
      const id = UploadId.parse(stored.file.replace(/\.bin$/, ''));
      const atMs = clock.now().getTime();
      for (const [old, upload] of uploads) if (atMs - upload.atMs >= UPLOAD_MS) uploads.delete(old);
      uploads.set(id, { ...stored, name, atMs });
      return { id, name, sizeBytes: stored.sizeBytes };
    },
    async preview(draft) {
      const { service, connector } = chooseConnector(store.router, 'mail', draft.serviceId);
      const { recipients, subject } = prepareMessage(draft, service);
      const attachments = await Promise.all(
        draft.attachments.map(async (source) => {
          if ('path' in source) {
            const sizeBytes = await files.sizeOf(source.path);
            return { name: attachmentName(source.name, source.path), sizeBytes };
          }
          const { name, sizeBytes } = uploadOf(source.uploadId);
          return { name: attachmentName(source.name, name), sizeBytes };
        }),
      );
      return {
        sender: displayedSender(service, connector.config),
        subject,
        recipients: recipients.map(({ kind, address }) => ({ kind, address })),
        attachments,
        connectorName: connector.name,
      };
    },
  };
}

/** For the list; what the message carries is decided when it is sent. */
const displayedSender = (
  service: Service | null,
  config: Parameters<typeof senderOf>[0],
): string => (service === null || service.sender === '' ? senderOf(config) : service.sender);

const senderOf = (config: {
  readonly type: string;
  readonly sender?: string;
  readonly mailbox?: string;
}): string => config.sender ?? config.mailbox ?? '';

function sizeOf(
  { text, html }: { readonly text: string; readonly html: string },
  files: readonly StoredFile[],
): number {
  const texts = Buffer.byteLength(text) + Buffer.byteLength(html);
  return files.reduce((sum, one) => sum + one.sizeBytes, texts);
}
