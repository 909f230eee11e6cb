// Small attachments of the outbox, in the transaction of their message's row.
import type { OutboxId } from '#contract/ids';
import type { Db } from './open-database.ts';

export type OutboxBlobs = ReturnType<typeof createOutboxBlobs>;

export function createOutboxBlobs(db: Db) {
  const insert = db.prepare('INSERT INTO outbox_blob (file, outbox_id, bytes) VALUES (?, ?, ?)');
  const read = db.prepare('SELECT bytes FROM outbox_blob WHERE file = ?').pluck();
  const remove = db.prepare('DELETE FROM outbox_blob WHERE outbox_id = ?');
  const sweep = db.prepare(
    `DELETE FROM outbox_blob WHERE outbox_id IN (SELECT id FROM outbox WHERE state = 'sent')`,
  );
  return {
    /** To be called inside the transaction of the row. */
    add: (
      id: OutboxId,
      files: readonly { readonly file: string; readonly bytes?: Buffer }[],
    ): void => {
      for (const { file, bytes } of files) {
        if (bytes !== undefined) insert.run(file, id, bytes);
      }
    },
    read: (file: string): Buffer | undefined => {
      const bytes: unknown = read.get(file);
      return Buffer.isBuffer(bytes) ? bytes : undefined;
    },
    /** Of a message that was sent. */
    remove: (id: OutboxId): void => {
      remove.run(id);
    },
    /** Of messages that were sent by a program that was cut before it tidied. */
    sweep: (): number => sweep.run().changes,
  };
}
