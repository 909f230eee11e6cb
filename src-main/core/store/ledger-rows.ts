// Rows of the ledger as the pipeline reads them. Columns that only this program writes are trusted in shape,
// not parsed one by one: a look may read a hundred thousand of them.
import { z } from 'zod';
import { DocumentId, ItemId, JobId, LauncherId } from '#contract/ids';
import { DocumentRow, Item, ItemState } from '#contract/model/item';
import { ErrorBody, ErrorParams, type Reason } from '#contract/error-codes';
import { readJson } from './json-column.ts';

/** The terms of the partial index `item_open`, word for word: a query must repeat them to be served by it. */
export const OPEN = `state <> 'settled' AND state <> 'filtered' AND state <> 'gone'`;

/** With a bare `ORDER BY id` SQLite walks every item of the launcher, which saves it the sorting of a few rows: 35 ms of 50,000. */
export const OPEN_REASONS = `SELECT state, reason FROM item WHERE launcher_id = ? AND ${OPEN}
  AND state IN ('deferred', 'delivered') AND reason IS NOT NULL ORDER BY +id LIMIT 500`;

export const KnownRow = z.object({
  id: ItemId,
  state: ItemState,
  revision: z.string(),
  /** JSON of the error body. */
  reason: z.string().nullable(),
  attempts: z.number(),
  generation: z.number(),
  replay: z.number(),
  next_try_at: z.string().nullable(),
  observation: z.string().nullable(),
  changed_at: z.string(),
});
export type KnownRow = z.infer<typeof KnownRow>;

export const OpenRow = z.object({
  id: ItemId,
  key: z.string(),
  version: z.string(),
  location: z.string().nullable(),
  observation: z.string().nullable(),
  replay: z.number(),
  state: ItemState,
});
export type OpenRow = z.infer<typeof OpenRow>;

/** How the documents of one item are delivered together. */
export const Bundle = z.enum(['folder', 'flat']);
export type Bundle = z.infer<typeof Bundle>;

export const DeliveringRow = z.object({
  id: DocumentId,
  item_id: ItemId,
  job_id: JobId,
  name: z.string(),
  temp_path: z.string(),
  final_path: z.string(),
  sidecar_temp: z.string().nullable(),
  sidecar_final: z.string().nullable(),
  bundle: Bundle.nullable(),
});
export type DeliveringRow = z.infer<typeof DeliveringRow>;

export const SettleRow = z.object({
  id: ItemId,
  key: z.string(),
  version: z.string(),
  location: z.string().nullable(),
  title: z.string(),
});
export type SettleRow = z.infer<typeof SettleRow>;

export const ReasonRow = z.object({
  state: z.enum(['deferred', 'delivered']),
  reason: z.string(),
});

const ItemRow = z.object({
  id: z.number(),
  launcher_id: LauncherId,
  key: z.string(),
  version: z.string(),
  title: z.string(),
  state: z.string(),
  reason: z.string().nullable(),
  attempts: z.number(),
  next_try_at: z.string().nullable(),
  size_bytes: z.number(),
  received_at: z.string().nullable(),
  seen_at: z.string(),
  changed_at: z.string(),
});

const DocRow = z.object({
  id: z.number(),
  item_id: z.number(),
  part: z.string(),
  original_name: z.string(),
  name: z.string(),
  job_id: z.string(),
  final_path: z.string(),
  size_bytes: z.number(),
  sha256: z.string(),
  state: z.string(),
  delivered_at: z.string().nullable(),
});

export function toDocument(row: unknown): DocumentRow {
  const found = DocRow.parse(row);
  return DocumentRow.parse({
    id: found.id,
    itemId: found.item_id,
    part: found.part,
    originalName: found.original_name,
    name: found.name,
    jobId: found.job_id,
    finalPath: found.final_path,
    sizeBytes: found.size_bytes,
    sha256: found.sha256,
    state: found.state,
    deliveredAt: found.delivered_at,
  });
}

const RemarkRow = z.object({ code: z.string(), params: z.string() });

export function toRemark(row: unknown): Reason {
  const { code, params } = RemarkRow.parse(row);
  return { code, params: readJson(ErrorParams, params, 'journal.params') };
}

export function toItem(
  row: unknown,
  documents: readonly DocumentRow[],
  remarks: readonly Reason[],
): Item {
  const found = ItemRow.parse(row);
  return Item.parse({
    id: found.id,
    launcherId: found.launcher_id,
    key: found.key,
    version: found.version,
    title: found.title,
    state: found.state,
    reason: found.reason === null ? null : readJson(ErrorBody, found.reason, 'item.reason'),
    attempts: found.attempts,
    nextTryAt: found.next_try_at,
    sizeBytes: found.size_bytes,
    receivedAt: found.received_at,
    seenAt: found.seen_at,
    changedAt: found.changed_at,
    documents,
    ...(remarks.length === 0 ? {} : { remarks }),
  });
}
