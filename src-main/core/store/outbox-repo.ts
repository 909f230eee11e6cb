// The outbox: one row per message. Each method is one transaction; when it returns, or what it returns resolves, its rows
// are on the disk, but for those whose loss in a power cut is harmless.
// It moves states and knows neither services nor protocols.
import { z } from 'zod';
import type { ErrorBody } from '#contract/error-codes';
import { type ConnectorId, type DocumentId, OutboxId, type ServiceId } from '#contract/ids';
import {
  type Asker,
  type OutboxCounts,
  type OutboxMessage,
  OutboxState,
  type Recipient,
} from '#contract/model/outbox';
import type { ConnectorChoice, ServiceType } from '#contract/model/router';
import type { Db } from './open-database.ts';
import { createOutboxBlobs } from './outbox-blobs.ts';
import { createOutboxHeld } from './outbox-held.ts';
import { type OutboxEntry, type StoredAttachment, toEntry } from './outbox-rows.ts';
import { inOneTransaction, withoutFlush } from './in-one-transaction.ts';
import type { WalFlush } from './wal-flush.ts';

/** `bytes`: a small attachment, kept in the row's own transaction. */
export type NewAttachment = StoredAttachment & { readonly bytes?: Buffer };

export type NewMessage = {
  readonly messageId: string;
  readonly onceKey: string | null;
  readonly serviceType: ServiceType;
  readonly serviceId: ServiceId | null;
  readonly serviceName: string;
  readonly asker: Asker;
  readonly sender: string;
  readonly replyTo: string;
  readonly subject: string;
  readonly text: string;
  readonly html: string;
  readonly recipients: readonly Recipient[];
  readonly files: readonly NewAttachment[];
  readonly sizeBytes: number;
  readonly at: string;
  /** Set: waits, out of sight of the engine, until this document is delivered. */
  readonly documentId?: DocumentId;
  /** Set: can never be sent. */
  readonly failure?: ErrorBody;
};

export type Attempt = {
  readonly at: string;
  readonly connectorId: ConnectorId;
  readonly connectorName: string;
  readonly choice: ConnectorChoice;
  readonly sender: string;
};

/** How an attempt, or a decision of somebody, leaves a message. */
export type Verdict = {
  readonly at: string;
  readonly state: Exclude<OutboxState, 'sending'>;
  readonly recipients: readonly Recipient[];
  readonly nextTryAt: string | null;
  readonly doubts: number;
  readonly wasCut: boolean;
  readonly reason: ErrorBody | null;
  readonly response: string;
};

export type OutboxRepo = ReturnType<typeof createOutboxRepo>;

const Id = z.object({ id: OutboxId });
const Ids = z.array(OutboxId);
const Texts = z.object({ text: z.string(), html: z.string() });
const StateCount = z.object({ state: OutboxState, count: z.number() });
const Count = z.number();
const Instant = z.string().nullable();
const FileNames = z.array(z.string());

/** The states in which a message still has something before it. */
const OPEN = `state IN ('queued', 'sending', 'retrying', 'unknown')`;

export function createOutboxRepo(db: Db, { flush }: Pick<WalFlush, 'flush'>) {
  const insert = db.prepare(
    `INSERT INTO outbox (message_id, once_key, document_id, service_type, service_id, service_name, asker, sender,
       reply_to, subject, recipients, attachments, size_bytes, state, held, next_try_at, reason, created_at, changed_at)
     VALUES (@messageId, @onceKey, @documentId, @serviceType, @serviceId, @serviceName, @asker, @sender,
       @replyTo, @subject, @recipients, @files, @sizeBytes, @state, @held, @nextTryAt, @reason, @at, @at)
     RETURNING id`,
  );
  const takeBack = db.prepare(`DELETE FROM outbox WHERE id = ? AND state IN ('queued', 'failed')`);
  const insertText = db.prepare(
    'INSERT INTO outbox_text (outbox_id, text, html) VALUES (@id, @text, @html)',
  );
  const one = db.prepare('SELECT * FROM outbox WHERE id = ?');
  const byKey = db.prepare('SELECT * FROM outbox WHERE once_key = ?');
  const text = db.prepare('SELECT text, html FROM outbox_text WHERE outbox_id = ?');
  const newest = db.prepare(
    `SELECT * FROM outbox WHERE held = 0 AND id < @before ORDER BY id DESC LIMIT @limit`,
  );
  const newestIn = db.prepare(
    `SELECT * FROM outbox WHERE held = 0 AND id < @before AND state IN (SELECT value FROM json_each(@states))
     ORDER BY id DESC LIMIT @limit`,
  );
  const counts = db.prepare(
    'SELECT state, count(*) AS count FROM outbox WHERE held = 0 GROUP BY state',
  );
  const due = db
    .prepare(
      `SELECT id FROM outbox WHERE service_id = @service AND next_try_at IS NOT NULL AND next_try_at <= @now
       ORDER BY next_try_at, id LIMIT @limit`,
    )
    .pluck();
  const nextDue = db
    .prepare(
      `SELECT min(next_try_at) FROM outbox INDEXED BY outbox_due
       WHERE service_id = ? AND next_try_at IS NOT NULL`,
    )
    .pluck();
  const begin = db.prepare(
    `UPDATE outbox SET state = 'sending', committed = 0, cut = 0, attempts = attempts + 1, next_try_at = NULL,
       connector_id = @connectorId, connector_name = @connectorName, connector_choice = @choice, sender = @sender,
       changed_at = @at
     WHERE id = @id AND state IN ('queued', 'retrying', 'unknown') AND held = 0`,
  );
  const commit = db.prepare(`UPDATE outbox SET committed = 1 WHERE id = ? AND state = 'sending'`);
  const settle = db.prepare(
    `UPDATE outbox SET state = @state, recipients = @recipients, next_try_at = @nextTryAt, doubts = @doubts, cut = @cut,
       committed = 0, reason = @reason, response = @response, changed_at = @at,
       sent_at = CASE WHEN @state = 'sent' THEN @at ELSE sent_at END
     WHERE id = @id`,
  );
  const postpone = db.prepare(
    `UPDATE outbox SET state = CASE WHEN state = 'unknown' THEN state ELSE 'retrying' END, next_try_at = @until,
       reason = @reason, changed_at = @at
     WHERE service_id = @service AND next_try_at IS NOT NULL AND next_try_at <= @at AND held = 0`,
  );
  const hasten = db.prepare(
    `UPDATE outbox SET next_try_at = @at WHERE service_id = @service AND next_try_at > @at AND state = 'retrying'`,
  );
  // Cut before the end of the message: the server cannot have taken it.
  const resume = db.prepare(
    `UPDATE outbox SET state = 'retrying', next_try_at = @at, changed_at = @at WHERE state = 'sending' AND committed = 0`,
  );
  const doubt = db.prepare(
    `UPDATE outbox SET state = 'unknown', cut = 1, doubts = doubts + 1, next_try_at = @at, reason = @reason,
       changed_at = @at WHERE state = 'sending' AND committed = 1`,
  );
  const dropOld = db.prepare(
    `DELETE FROM outbox WHERE changed_at < ? AND state IN ('sent', 'cancelled', 'failed') AND held = 0`,
  );
  const files = db
    .prepare(
      `SELECT json_extract(value, '$.file') FROM outbox, json_each(attachments)
       WHERE state <> 'sent'`,
    )
    .pluck();
  const users = db
    .prepare(`SELECT count(*) FROM outbox WHERE service_id = @service AND ${OPEN}`)
    .pluck();
  const sendingBy = db
    .prepare(`SELECT count(*) FROM outbox WHERE connector_id = ? AND state = 'sending'`)
    .pluck();
  const oldestOpen = db
    .prepare(
      `SELECT min(created_at) FROM outbox WHERE held = 0 AND state IN ('queued', 'retrying')`,
    )
    .pluck();

  const all = (rows: readonly unknown[]): OutboxEntry[] => rows.map(toEntry);
  const inOne = inOneTransaction(db);

  const lazily = <T>(work: () => T): T => withoutFlush(db, work);
  const blobs = createOutboxBlobs(db);
  const held = createOutboxHeld(db);

  const add = inOne((given: NewMessage): OutboxId => {
    const { failure, documentId, at } = given;
    const held = documentId === undefined ? 0 : 1;
    const row = insert.get({
      ...given,
      documentId: documentId ?? null,
      serviceId: given.serviceId ?? '',
      asker: JSON.stringify(given.asker),
      recipients: JSON.stringify(given.recipients),
      files: JSON.stringify(given.files.map(({ bytes: _bytes, ...file }) => file)),
      state: failure === undefined ? 'queued' : 'failed',
      reason: failure === undefined ? null : JSON.stringify(failure),
      held,
      nextTryAt: held === 1 || failure !== undefined ? null : at,
    });
    const { id } = Id.parse(row);
    insertText.run({ id, text: given.text, html: given.html });
    blobs.add(id, given.files);
    return id;
  });

  return {
    blobs,
    held,
    /** The number of the row, as a part of a larger transaction. Throws on a second row with the same key. */
    add,
    /** The number of the row, on the disk. Throws on a second row with the same key. */
    store: async (given: NewMessage): Promise<OutboxId> => {
      const id = lazily(() => add(given));
      try {
        await flush();
      } catch (thrown) {
        // Its asker is told that it was not taken: it must not go all the same. Where it is on its way already, it was.
        if (lazily(() => takeBack.run(id).changes) === 1) throw thrown;
      }
      return id;
    },
    get: (id: OutboxId): OutboxEntry | undefined => {
      const row = one.get(id);
      return row === undefined ? undefined : toEntry(row);
    },
    byKey: (key: string): OutboxEntry | undefined => {
      const row = byKey.get(key);
      return row === undefined ? undefined : toEntry(row);
    },
    texts: (id: OutboxId): { readonly text: string; readonly html: string } =>
      Texts.parse(text.get(id)),
    /** Newest first. */
    list: (query: {
      readonly states?: readonly OutboxState[] | undefined;
      readonly before?: OutboxId | undefined;
      readonly limit: number;
    }): OutboxMessage[] => {
      const before = query.before ?? Number.MAX_SAFE_INTEGER;
      const { limit, states } = query;
      const rows =
        states === undefined
          ? newest.all({ before, limit })
          : newestIn.all({ before, limit, states: JSON.stringify(states) });
      return all(rows).map((entry) => entry.message);
    },
    counts: (): OutboxCounts => {
      const found = counts.all().map((row) => StateCount.parse(row));
      const of = (state: OutboxState): number =>
        found.find((row) => row.state === state)?.count ?? 0;
      return {
        queued: of('queued'),
        sending: of('sending'),
        sent: of('sent'),
        retrying: of('retrying'),
        failed: of('failed'),
        unknown: of('unknown'),
        cancelled: of('cancelled'),
      };
    },
    /** Longest due first. `service`: its id, or empty for messages without an instance. */
    due: (service: string, now: string, limit: number): OutboxId[] =>
      Ids.parse(due.all({ service, now, limit })),
    /** When the next message is due; null = none waits. */
    nextDue: (service: string): string | null => Instant.parse(nextDue.get(service) ?? null),
    /** False where it was cancelled or taken meanwhile. */
    begin: (id: OutboxId, attempt: Attempt): boolean =>
      // Lost in a power cut, it was never begun: nothing of it had left.
      lazily(() => begin.run({ ...attempt, id }).changes === 1),
    /** From here on the server may have the whole message. */
    commit: async (id: OutboxId): Promise<void> => {
      lazily(() => commit.run(id));
      await flush();
    },
    settle: (id: OutboxId, verdict: Verdict): void => {
      const { recipients, reason, wasCut, ...rest } = verdict;
      const values = {
        ...rest,
        id,
        cut: wasCut ? 1 : 0,
        recipients: JSON.stringify(recipients),
        reason: reason === null ? null : JSON.stringify(reason),
      };
      // Lost in a power cut, the message is in doubt: never sent twice.
      lazily(() => {
        settle.run(values);
        if (verdict.state === 'sent') blobs.remove(id);
      });
    },
    /** What was settled lazily is on the disk after this. */
    flush,
    /** All that is due of this service, though not tried: its connector is away. */
    postpone: (service: string, at: string, until: string, reason: ErrorBody): void => {
      postpone.run({ service, at, until, reason: JSON.stringify(reason) });
    },
    /** What was put off is due now: the connector was changed. */
    hasten: (service: string, at: string): void => {
      hasten.run({ service, at });
    },
    /** At the start: what was under way when the program was cut. Returns how many are in doubt. */
    recover: inOne((at: string, reason: ErrorBody): number => {
      resume.run({ at });
      return doubt.run({ at, reason: JSON.stringify(reason) }).changes;
    }),
    prune: (before: string): number => dropOld.run(before).changes,
    /** Names of all attachment files that may still be wanted. */
    files: (): Set<string> => new Set(FileNames.parse(files.all())),
    openOf: (service: string): number => Count.parse(users.get({ service })),
    sendingBy: (id: ConnectorId): number => Count.parse(sendingBy.get(id)),
    oldestOpen: (): string | null => Instant.parse(oldestOpen.get() ?? null),
  };
}
