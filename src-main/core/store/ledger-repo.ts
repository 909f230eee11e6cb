// The ledger: one row per item ever seen, negative verdicts too, and one per document delivered. Each method is
// one transaction; when it returns, its rows are on the disk, but where it says otherwise. It moves states and knows no protocol.
import { z } from 'zod';
import { ErrorBody } from '#contract/error-codes';
import type { ItemId, JobId, LauncherId, RunId } from '#contract/ids';
import { ItemId as ItemIdSchema } from '#contract/ids';
import type { ItemState } from '#contract/model/item';
import type { SourceItem } from '../sources/source.ts';
import { readJson } from './json-column.ts';
import type { Bundle } from './ledger-rows.ts';
import { DeliveringRow, KnownRow, OPEN, OPEN_REASONS, OpenRow, ReasonRow } from './ledger-rows.ts';
import { createConcludedItems } from './concluded-items.ts';
import { inOneTransaction, withoutFlush } from './in-one-transaction.ts';
import { createItemIdentities } from './item-identities.ts';
import type { Db } from './open-database.ts';
import { createSettlements } from './settlements.ts';
import { createVoidCommit } from './void-commit.ts';

export type Stamp = { readonly launcherId: LauncherId; readonly runId: RunId; readonly at: string };

export type Verdict = {
  readonly item: SourceItem;
  readonly state: Extract<ItemState, 'filtered' | 'deferred' | 'unrouted' | 'quarantined'>;
  readonly reason: ErrorBody;
  readonly observation: string | null;
};

export type Claim = { readonly id: ItemId; readonly attempts: number; readonly generation: number };

export type Delivery = {
  readonly itemId: ItemId;
  readonly generation: number;
  readonly part: string;
  readonly originalName: string;
  readonly name: string;
  readonly jobId: JobId;
  readonly tempPath: string;
  readonly finalPath: string;
  readonly sidecarTemp: string | null;
  readonly sidecarFinal: string | null;
  /** Delivered together with the other documents of its item; see store/migrations/0080. */
  readonly bundle?: Bundle;
  readonly sizeBytes: number;
  readonly sha256: string;
};

export type Conclusion = {
  readonly id: ItemId;
  readonly state: ItemState;
  readonly reason: ErrorBody | null;
  readonly nextTryAt: string | null;
  readonly settleDueAt: string | null;
  /** The attempt was not the item's own fault (stopped, COLD job out of reach): it does not count. */
  readonly uncounted?: true;
};

export type OpenReason = {
  readonly state: 'deferred' | 'delivered';
  readonly reason: ErrorBody;
};

export type LedgerRepo = ReturnType<typeof createLedgerRepo>;

// Made once: a schema costs more to make than a row to read.
const Texts = z.array(z.string());
const OpenRows = z.array(OpenRow);
const DeliveringRows = z.array(DeliveringRow);
const ClaimRow = z.object({ id: ItemIdSchema, attempts: z.number(), generation: z.number() });

const json = (body: ErrorBody | null): string | null =>
  body === null ? null : JSON.stringify(body);

export function createLedgerRepo(db: Db) {
  const find = db.prepare(
    `SELECT id, state, revision, reason, attempts, generation, replay, next_try_at, observation, changed_at FROM item
     WHERE launcher_id = ? AND key = ? AND version = ?`,
  );
  const upsert = db.prepare(
    `INSERT INTO item (launcher_id, key, version, fingerprint, location, title, state, revision, reason, attempts,
       observation, size_bytes, received_at, seen_at, changed_at, run_id)
     VALUES (@launcherId, @key, @version, @fingerprint, @location, @title, @state, @revision, @reason, @attempts,
       @observation, @sizeBytes, @receivedAt, @at, @at, @runId)
     ON CONFLICT (launcher_id, key, version) DO UPDATE SET
       fingerprint = @fingerprint, location = @location, title = @title, state = @state, revision = @revision,
       reason = @reason, attempts = attempts + @attempts, observation = @observation, changed_at = @at, run_id = @runId,
       replay = CASE WHEN @state IN ('deferred', 'fetching') THEN replay ELSE 0 END
     RETURNING id, attempts, generation`,
  );
  // A file that grew while it was watched: the look before is no item of its own. What was ever delivered is one.
  const dropWatched = db.prepare(
    `DELETE FROM item WHERE launcher_id = ? AND key = ? AND version <> ? AND state = 'deferred' AND attempts = 0
       AND NOT EXISTS (SELECT 1 FROM document WHERE item_id = item.id)`,
  );
  // Seldom is anything of the kind there, and then it need not be looked for at each item.
  const hasWatched = db
    .prepare(`SELECT 1 FROM item WHERE launcher_id = ? AND state = 'deferred' AND ${OPEN} LIMIT 1`)
    .pluck();
  const hasDelivering = db
    .prepare(`SELECT 1 FROM document WHERE state = 'delivering' LIMIT 1`)
    .pluck();
  const beginDocument = db.prepare(
    `INSERT INTO document (item_id, generation, part, original_name, name, job_id, temp_path, final_path,
       sidecar_temp, sidecar_final, bundle, size_bytes, sha256, state, run_id)
     VALUES (@itemId, @generation, @part, @originalName, @name, @jobId, @tempPath, @finalPath,
       @sidecarTemp, @sidecarFinal, @bundle, @sizeBytes, @sha256, 'delivering', @runId)`,
  );
  const itemDelivering = db.prepare(
    `UPDATE item SET state = 'delivering', changed_at = ? WHERE id = ?`,
  );
  const documentDelivered = db.prepare(
    `UPDATE document SET state = 'delivered', delivered_at = ? WHERE item_id = ? AND generation = ? AND part = ?`,
  );
  const dropDocument = db.prepare(
    `DELETE FROM document WHERE item_id = ? AND generation = ? AND part = ? AND state = 'delivering'`,
  );
  // Put off, it is still asked for again; gone, what was delivered of it before stays delivered.
  const concludeOne = db.prepare(
    `UPDATE item SET reason = @reason, next_try_at = @nextTryAt, settle_due_at = @settleDueAt, changed_at = @at,
       attempts = attempts - @uncounted, replay = CASE WHEN @state = 'deferred' THEN replay ELSE 0 END,
       state = CASE WHEN @state = 'gone' AND EXISTS
         (SELECT 1 FROM document WHERE item_id = item.id AND document.state = 'delivered') THEN 'settled' ELSE @state END
     WHERE id = @id`,
  );
  const selectOpen = db.prepare(
    `SELECT id, key, version, location, observation, replay, state FROM item
     WHERE launcher_id = @launcherId AND state IN ('deferred', 'fetching') AND ${OPEN}
       AND (next_try_at IS NULL OR next_try_at <= @now OR changed_at > @now)`,
  );
  const delivering = db.prepare(
    `SELECT document.id, item_id, job_id, name, temp_path, final_path, sidecar_temp, sidecar_final, bundle
     FROM document JOIN item ON item.id = item_id
     WHERE document.state = 'delivering' AND (@launcherId IS NULL OR launcher_id = @launcherId) ORDER BY document.id`,
  );
  const documentRecovered = db.prepare(
    `UPDATE document SET state = 'delivered', delivered_at = ? WHERE id = ?`,
  );
  const itemResumed = db.prepare(
    `UPDATE item SET state = 'deferred', reason = ?, next_try_at = NULL, changed_at = ? WHERE id = ? AND state = 'delivering'
       AND NOT EXISTS (SELECT 1 FROM document WHERE item_id = item.id AND document.state = 'delivering')`,
  );
  const vanish = db.prepare(
    `UPDATE item SET changed_at = @at, replay = 0, reason = NULL, location = NULL, state = CASE
       WHEN EXISTS (SELECT 1 FROM document WHERE item_id = item.id AND document.state = 'delivered') THEN 'settled'
       ELSE 'gone' END WHERE id = @id AND key = @key AND version = @version
       AND state IN ('deferred', 'fetching')`,
  );
  const dropDelivering = db.prepare(`DELETE FROM document WHERE id = ? AND state = 'delivering'`);
  const openReasons = db.prepare(OPEN_REASONS);
  const retitle = db.prepare('UPDATE item SET title = ?, received_at = ? WHERE id = ?');
  const deliveredParts = db
    .prepare(
      `SELECT part FROM document WHERE item_id = ? AND generation = ? AND state = 'delivered'`,
    )
    .pluck();
  const write = (stamp: Stamp, revision: string, item: SourceItem, extra: object): unknown =>
    upsert.get({
      launcherId: stamp.launcherId,
      runId: stamp.runId,
      at: stamp.at,
      revision,
      key: item.key,
      version: item.version,
      fingerprint: item.fingerprint,
      location: item.location,
      title: item.title,
      sizeBytes: item.sizeBytes,
      receivedAt: item.receivedAt,
      ...extra,
    });
  const conclude = (at: string, { reason, uncounted, ...item }: Conclusion): void => {
    concludeOne.run({ ...item, at, reason: json(reason), uncounted: uncounted === true ? 1 : 0 });
  };
  const inOne = inOneTransaction(db);
  const dropWatchedOf = (launcherId: LauncherId, items: readonly SourceItem[]): void => {
    if (hasWatched.get(launcherId) === undefined) return;
    for (const { key, version } of items) {
      if (version !== '') dropWatched.run(launcherId, key, version);
    }
  };
  const claim = inOne((stamp: Stamp, revision: string, items: readonly SourceItem[]): Claim[] => {
    dropWatchedOf(stamp.launcherId, items);
    const extra = { state: 'fetching', reason: null, observation: null, attempts: 1 };
    return items.map((item) => ClaimRow.parse(write(stamp, revision, item, extra)));
  });

  return {
    /** What is known of one item; undefined = new. */
    find: (launcherId: LauncherId, key: string, version: string): KnownRow | undefined => {
      const row = find.get(launcherId, key, version);
      return row === undefined ? undefined : KnownRow.parse(row);
    },
    record: inOne((stamp: Stamp, revision: string, verdicts: readonly Verdict[]) => {
      dropWatchedOf(
        stamp.launcherId,
        verdicts.map(({ item }) => item),
      );
      for (const { item, state, reason, observation } of verdicts) {
        write(stamp, revision, item, { state, reason: json(reason), observation, attempts: 0 });
      }
    }),
    /**
     * Counts an attempt for each before it is made: what kills the program is caught by its number of attempts. A power cut may
     * take the claim back, and nothing has come of it then: a delivery is flushed, and all that was committed before it.
     */
    claim: (stamp: Stamp, revision: string, items: readonly SourceItem[]): Claim[] =>
      withoutFlush(db, () => claim(stamp, revision, items)),
    /** Parts of this item that are in their COLD jobs already, from an attempt cut half-way. */
    deliveredParts: (id: ItemId, generation: number): string[] =>
      Texts.parse(deliveredParts.all(id, generation)),
    beginDelivery: inOne((stamp: Stamp, deliveries: readonly Delivery[]) => {
      const isAgain = hasDelivering.get() !== undefined;
      for (const delivery of deliveries) {
        if (isAgain) dropDocument.run(delivery.itemId, delivery.generation, delivery.part);
        beginDocument.run({ bundle: null, ...delivery, runId: stamp.runId });
        itemDelivering.run(stamp.at, delivery.itemId);
      }
    }),
    endDelivery: inOne(
      (
        at: string,
        delivered: readonly Delivery[],
        failed: readonly Delivery[],
        items: readonly Conclusion[],
      ) => {
        for (const one of delivered) {
          documentDelivered.run(at, one.itemId, one.generation, one.part);
        }
        for (const one of failed) dropDocument.run(one.itemId, one.generation, one.part);
        for (const item of items) conclude(at, item);
      },
    ),
    conclude: inOne((at: string, items: readonly Conclusion[]) => {
      for (const item of items) conclude(at, item);
    }),
    /** What was found when they were read: what their mail is called, and when it came. */
    retitle: inOne(
      (read: readonly (Pick<SourceItem, 'title' | 'receivedAt'> & { id: ItemId })[]) => {
        for (const { id, title, receivedAt } of read) retitle.run(title, receivedAt, id);
      },
    ),
    /**
     * Items to ask the source for again: those whose next try is due at `now`, or was put down by a clock that has been
     * set back since.
     */
    open: (launcherId: LauncherId, now: string): OpenRow[] =>
      OpenRows.parse(selectOpen.all({ launcherId, now })),
    ...createSettlements(db),
    /** Documents whose renames were under way when the program was cut. */
    delivering: (launcherId?: LauncherId): DeliveringRow[] =>
      DeliveringRows.parse(delivering.all({ launcherId: launcherId ?? null })),
    recovered: inOne((at: string, row: DeliveringRow, reason: ErrorBody) => {
      documentRecovered.run(at, row.id);
      itemResumed.run(json(reason), at, row.item_id);
    }),
    /** Its rename can never succeed and was not made: the item is fetched anew. The row goes before the files do. */
    abandoned: inOne((at: string, row: DeliveringRow, reason: ErrorBody) => {
      dropDelivering.run(row.id);
      itemResumed.run(json(reason), at, row.item_id);
    }),
    /** Why items are put off, and why delivered ones are not settled; the oldest few hundred. */
    openReasons: (launcherId: LauncherId): OpenReason[] =>
      openReasons.all(launcherId).map((row) => {
        const { state, reason } = ReasonRow.parse(row);
        return { state, reason: readJson(ErrorBody, reason, 'item.reason') };
      }),
    /** No longer at the source: gone, or settled by somebody else where its documents are delivered. */
    vanished: inOne((at: string, rows: readonly Pick<OpenRow, 'id' | 'key' | 'version'>[]) => {
      // Found again under another key meanwhile, it has not vanished; and SQLite may have given its number, where
      // it was dropped for a newer version, to that one.
      for (const { id, key, version } of rows) vanish.run({ at, id, key, version });
    }),
    ...createItemIdentities(db),
    ...createConcludedItems(db),
    ...createVoidCommit(db),
  };
}
