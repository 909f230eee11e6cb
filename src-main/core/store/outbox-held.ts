// Messages that wait for a document of a COLD job: out of the engine's sight until the ledger says that it is delivered.
import { DocumentId, type ItemId } from '#contract/ids';
import type { Db } from './open-database.ts';

export function createOutboxHeld(db: Db) {
  const release = db.prepare(
    `UPDATE outbox SET held = 0, next_try_at = CASE WHEN state = 'queued' THEN @at END, changed_at = @at
     WHERE held = 1 AND document_id IN (SELECT id FROM document WHERE state = 'delivered')`,
  );
  const dropHeld = db.prepare(
    'DELETE FROM outbox WHERE held = 1 AND document_id NOT IN (SELECT id FROM document)',
  );
  const dropHeldOf = db.prepare('DELETE FROM outbox WHERE held = 1 AND document_id = ?');
  const documentId = db
    .prepare('SELECT id FROM document WHERE item_id = ? AND generation = ? AND part = ?')
    .pluck();

  const releaseAll = db.transaction((at: string): number => {
    dropHeld.run();
    return release.run({ at }).changes;
  });

  return {
    /** Messages that wait for a document: sent once it is delivered, dropped where it never was. */
    releaseHeld: (at: string): number => releaseAll.immediate(at),
    documentId: (itemId: ItemId, generation: number, part: string): DocumentId | undefined =>
      DocumentId.optional().parse(documentId.get(itemId, generation, part)),
    dropHeldOf: (id: DocumentId): void => {
      dropHeldOf.run(id);
    },
  };
}
