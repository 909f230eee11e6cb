// Forwarding: documents that a COLD job hands on to a service instance, each exactly once. A copy and a row that waits
// are on the disk before the document is renamed; `delivered` lets the row go, in whatever life of the program.
import type { DocumentId } from '#contract/ids';
import type { ForwardRule } from '#contract/model/cold-job';
import { MessageDraft } from '#contract/model/outbox';
import { toErrorBody } from '../errors.ts';
import type { Checkpoint, Clock } from '../ports.ts';
import { mediaTypeOf } from '../sources/folder/media-type.ts';
import type { NewAttachment, NewMessage } from '../store/outbox-repo.ts';
import type { Store } from '../store/store.ts';
import { chooseConnector } from './choose-connector.ts';
import type { AttachmentStore } from './outbox/attachment-store.ts';
import type { Outbox } from './outbox/outbox.ts';
import { newMessageId, prepareMessage } from './outbox/prepare-message.ts';
import { fillTemplate } from './template.ts';

export type ToForward = {
  readonly rule: ForwardRule;
  readonly job: string;
  /** As delivered. */
  readonly name: string;
  readonly tempPath: string;
  readonly sha256: string;
  readonly facts: Readonly<Record<string, string>>;
};

/** Copied and addressed; to be stored with its document. */
export type Forward = Omit<NewMessage, 'documentId' | 'asker' | 'onceKey'> & {
  readonly job: string;
};

export interface Forwarding {
  /** Before the ledger's `delivering`: copies the document. Throws what the disk says. */
  prepare(document: ToForward, signal: AbortSignal): Promise<Forward>;
  /** To be called inside the ledger's transaction. */
  hold(forward: Forward, documentId: DocumentId): void;
  /** The copies of documents that were not named after all. */
  discard(forwards: readonly Forward[]): Promise<void>;
  /** After the ledger's `delivered`, and at the start: idempotent. */
  release(): void;
}

export function createForwarding(parts: {
  readonly store: Pick<Store, 'outbox' | 'router'>;
  readonly files: AttachmentStore;
  readonly clock: Clock;
  readonly outbox: Pick<Outbox, 'poke'>;
  readonly checkpoint: Checkpoint;
}): Forwarding {
  const { store, files, clock, outbox, checkpoint } = parts;
  return {
    async prepare(document, signal) {
      const stored = await files.fromPath(document.tempPath, signal);
      checkpoint('forward.copied');
      const { name } = document;
      const file = { ...stored, name, mediaType: mediaTypeOf(name) };
      return {
        ...addressed(store, document, file),
        at: clock.now().toISOString(),
        job: document.job,
      };
    },
    hold({ job, ...message }, documentId) {
      // SQLite may give the number of a document that never was delivered to another.
      store.outbox.held.dropHeldOf(documentId);
      const asker = { kind: 'forward' as const, documentId, job };
      store.outbox.add({ ...message, asker, documentId, onceKey: null });
    },
    discard: (forwards) =>
      files.remove(forwards.flatMap((one) => one.files.map(({ file }) => file))),
    release() {
      const released = store.outbox.held.releaseHeld(clock.now().toISOString());
      if (released > 0) outbox.poke();
    },
  };
}

/** A recipient that cannot be computed is the message's failure, shown in the outbox; the document is delivered. */
function addressed(
  { router }: Pick<Store, 'router'>,
  { rule, facts }: ToForward,
  file: NewAttachment,
): Omit<Forward, 'at' | 'job'> {
  const draft = MessageDraft.parse({
    serviceId: rule.serviceId,
    to: rule.to.map((one) => fillTemplate(one, facts).slice(0, 500) || '(?)'),
    subject: fillTemplate(rule.subject, facts).slice(0, 2000),
    text: fillTemplate(rule.text, facts),
  });
  const service = router.service(rule.serviceId) ?? null;
  const sender = service?.sender ?? '';
  const base = {
    messageId: newMessageId(sender),
    serviceType: 'mail' as const,
    serviceId: rule.serviceId,
    serviceName: service?.name ?? '',
    sender,
    files: [file],
    sizeBytes: file.sizeBytes,
  };
  try {
    chooseConnector(router, 'mail', rule.serviceId);
    return { ...base, ...prepareMessage(draft, service) };
  } catch (thrown) {
    const { subject, text, html, replyTo } = draft;
    const failure = toErrorBody(thrown);
    const recipients = draft.to.map((address) => ({
      ...{
        kind: 'to' as const,
        name: '',
        address,
        state: 'pending' as const,
        code: null,
        text: '',
      },
    }));
    return { ...base, subject, text, html, replyTo, recipients, failure };
  }
}
