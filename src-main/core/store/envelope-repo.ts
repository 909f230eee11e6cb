// What delivered envelopes were: under which key each is known, and which answer belongs to which file. Written before
// the delivery, so that two sides of an exchange that come together know of each other.
import { z } from 'zod';
import type { Envelope } from '#contract/model/envelope';
import type { ItemId, LauncherId } from '#contract/ids';
import type { Db } from './open-database.ts';

export type EnvelopeRepo = ReturnType<typeof createEnvelopeRepo>;

/** Another envelope: where it came from, and when it was delivered (UTC ISO; empty while it is on its way). */
export const EarlierEnvelope = z.object({
  itemId: z.number(),
  title: z.string(),
  form: z.string(),
  /** `accepted`, `refused`, `partial`, or empty. */
  state: z.string(),
  sourceFile: z.string(),
  deliveredAt: z.string(),
});
export type EarlierEnvelope = z.infer<typeof EarlierEnvelope>;

type Remembered = {
  /** To be delivered now; what an attempt that was cut has delivered is counted here. */
  readonly documents: number;
  readonly envelope: Envelope;
  readonly identity: { readonly key: string };
};

const EarlierEnvelopes = z.array(EarlierEnvelope);
const Locations = z.array(z.string());
const Same = z.object({ title: z.string(), state: z.string() });

/** Documents of an item that are in their COLD job. */
const DELIVERED = `(SELECT count(*) FROM document WHERE document.item_id = item.id
    AND document.generation = item.generation AND document.state = 'delivered')`;

const EARLIER = `SELECT envelope_document.item_id AS itemId, envelope_document.title, form,
    envelope_document.state, item.key AS sourceFile,
    coalesce((SELECT min(delivered_at) FROM document WHERE document.item_id = item.id), '') AS deliveredAt
  FROM envelope_document JOIN item ON item.id = envelope_document.item_id
  JOIN envelope ON envelope.item_id = item.id
  WHERE item.id <> @itemId`;

export function createEnvelopeRepo(db: Db) {
  const drop = db.prepare('DELETE FROM envelope WHERE item_id = ?');
  const insert = db.prepare(
    `INSERT INTO envelope (item_id, kind, identity, documents)
     SELECT id, @kind, @identity, @documents + ${DELIVERED} FROM item WHERE id = @itemId`,
  );
  const insertDocument = db.prepare(
    `INSERT INTO envelope_document (item_id, position, form, title, link_key, is_answer, state)
     VALUES (?, ?, ?, ?, ?, ?, ?)`,
  );
  const byIdentity = db.prepare(
    `${EARLIER} AND envelope.identity = @identity AND position = 0
       AND item.state IN ('delivered', 'settled') ORDER BY itemId DESC LIMIT 1`,
  );
  const byLink = db.prepare(
    `${EARLIER} AND link_key = @linkKey AND is_answer = @isAnswer ORDER BY itemId LIMIT 20`,
  );

  const byFingerprint = db.prepare(
    `SELECT title, state FROM item WHERE launcher_id = @launcherId AND fingerprint = @fingerprint
       AND id <> @itemId AND (state IN ('delivering', 'delivered', 'settled')
         OR ${DELIVERED} >= (SELECT documents FROM envelope WHERE item_id = item.id))
     ORDER BY id LIMIT 1`,
  );

  // Repeats the terms of the partial index `item_open`.
  const unsettled = db
    .prepare(
      `SELECT location FROM item WHERE launcher_id = ? AND state = 'delivered' AND state <> 'settled'
         AND state <> 'filtered' AND state <> 'gone' AND location IS NOT NULL`,
    )
    .pluck();

  return {
    /** Where items lie that are delivered and whose fate is still to be carried out. */
    unsettledLocations: (launcherId: LauncherId): string[] =>
      Locations.parse(unsettled.all(launcherId)),
    /** Another item of the launcher with the same fingerprint that is delivered, or on its way. */
    sameElsewhere: (
      launcherId: LauncherId,
      fingerprint: string,
      itemId: ItemId | undefined,
    ): { readonly title: string; readonly state: string } | undefined => {
      const row = byFingerprint.get({ launcherId, fingerprint, itemId: itemId ?? 0 });
      return row === undefined ? undefined : Same.parse(row);
    },
    /** To be called inside a transaction. What was noted of the item before is replaced. */
    remember: (itemId: ItemId, { envelope, identity, documents }: Remembered): void => {
      drop.run(itemId);
      insert.run({ itemId, kind: envelope.kind, identity: identity.key, documents });
      for (const [position, one] of envelope.documents.entries()) {
        const { form, title, linkKey, isAnswer } = one;
        const state = one.index['ack_state'];
        const text = typeof state === 'string' ? state : '';
        insertDocument.run(itemId, position, form, title, linkKey, isAnswer ? 1 : 0, text);
      }
    },
    /** The last one delivered under the same key, whatever its content. */
    lastOf: (identity: string, itemId: ItemId): EarlierEnvelope | undefined => {
      const row = byIdentity.get({ identity, itemId });
      return row === undefined ? undefined : EarlierEnvelope.parse(row);
    },
    /** The other side of an exchange: the answers to a file, or the file that is answered; oldest first. */
    otherSide: (linkKey: string, isAnswer: boolean, itemId: ItemId): EarlierEnvelope[] =>
      EarlierEnvelopes.parse(byLink.all({ linkKey, isAnswer: isAnswer ? 0 : 1, itemId })),
  };
}
