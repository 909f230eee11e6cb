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

type Uploaded = StoredFile & { readonly name: string };
type Source = ParsedDraft['attachments'][number];

const MAX_UPLOAD_BYTES = 512 * 1024 * 1024;

export function createTakeIn(parts: TakeInParts): TakeIn {
  const { store, files, clock, checkpoint } = parts;
  const uploads = new Map<UploadId, Uploaded>();

  /** Copies what is on this machine; what was handed over before is only looked up. */
  const gather = async (
    sources: readonly Source[],
    signal: AbortSignal,
  ): Promise<NewAttachment[]> => {
    const gathered: NewAttachment[] = [];
    try {
      for (const source of sources) gathered.push(await one(source, signal));
      return gathered;
    } catch (thrown) {
      const copies = gathered.filter((_, index) => 'path' in (sources[index] ?? {}));
      await files.remove(copies.map((copy) => copy.file));
      throw thrown;
    }
  };

  const one = async (source: Source, signal: AbortSignal): Promise<NewAttachment> => {
    if ('path' in source) {
      const { path } = source;
      const field = 'attachments';
      if (!isAbsolute(path)) throw new ConfigError('path.notAbsolute', { path }, { field });
      const stored = await files.fromPath(path, signal);
      const name = attachmentName(source.name, path);
      return { ...stored, name, mediaType: mediaTypeOf(name) };
    }
    const uploaded = uploads.get(source.uploadId);
    if (uploaded === undefined) throw uploadGone(source.uploadId);
    const name = attachmentName(source.name, uploaded.name);
    return { ...uploaded, name, mediaType: mediaTypeOf(name) };
  };

  return {
    async take(request, signal) {
      const known = request.once === '' ? undefined : store.outbox.byKey(request.once);
      if (known !== undefined) return known.message.id;
      const { service, connector } = chooseConnector(store.router, 'mail', request.serviceId);
      const prepared = prepareMessage(request, service);
      const sender = displayedSender(service, connector.config);
      const stored = await gather(request.attachments, signal);
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
        const id = store.outbox.add(row);
        for (const source of request.attachments)
          if ('uploadId' in source) uploads.delete(source.uploadId);
        checkpoint('outbox.stored');
        return id;
      } catch (thrown) {
        const twin = request.once === '' ? undefined : store.outbox.byKey(request.once);
        if (twin === undefined) throw thrown;
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
      uploads.set(id, { ...stored, name });
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
          const uploaded = uploads.get(source.uploadId);
          if (uploaded === undefined) throw uploadGone(source.uploadId);
          return {
            name: attachmentName(source.name, uploaded.name),
            sizeBytes: uploaded.sizeBytes,
          };
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

const uploadGone = (id: UploadId) =>
  new ConfigError('attachment.uploadGone', { id }, { field: 'attachments' });

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
