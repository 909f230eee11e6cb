// What rules of notices look at, counted by the database.
import { z } from 'zod';
import { ConnectorId, type LauncherId } from '#contract/ids';
import type { Db } from './open-database.ts';

const Delivered = z.object({ at: z.string(), count: z.number() });
const Incomplete = z.object({
  count: z.number(),
  oldest: z.string().nullable(),
  title: z.string().nullable(),
});
const Stuck = z.object({
  state: z.string(),
  count: z.number(),
  connector: z.string().nullable(),
  connectorName: z.string(),
  serviceName: z.string(),
  reason: z.string().nullable(),
});

export type StuckRow = {
  readonly state: string;
  readonly count: number;
  readonly connectorId: ConnectorId | null;
  /** Of the service where no connector was chosen: the message could not be made up. */
  readonly connectorName: string;
  /** JSON of the error body of one of them. */
  readonly reason: string | null;
};

const DeliveredHours = z.array(Delivered);
const StuckRows = z.array(Stuck);
const Instant = z.string().nullable();
const Count = z.number();

export type NoticeFactsRepo = ReturnType<typeof createNoticeFactsRepo>;

export function createNoticeFactsRepo(db: Db) {
  const hours = db.prepare(
    `SELECT substr(delivered_at, 1, 14) || '00:00.000Z' AS at, count(*) AS count FROM document
     JOIN item ON item.id = document.item_id
     WHERE item.launcher_id = @launcherId AND delivered_at >= @since GROUP BY 1`,
  );
  const last = db
    .prepare(
      `SELECT max(delivered_at) FROM document JOIN item ON item.id = document.item_id
       WHERE item.launcher_id = ? AND document.state = 'delivered'`,
    )
    .pluck();
  const incomplete = db.prepare(
    `SELECT count(*) AS count, min(seen_at) AS oldest, min(title) AS title FROM item
     WHERE launcher_id = @launcherId AND state = 'deferred' AND state <> 'settled' AND state <> 'filtered' AND state <> 'gone'
       AND seen_at <= @before AND reason IS NOT NULL
       AND json_extract(reason, '$.code') IN
         ('envelope.incomplete', 'envelope.incompleteStrict', 'envelope.growing', 'envelope.quiet', 'envelope.empty')`,
  );
  const alarm = `json_extract(asker, '$.kind') <> 'alarm'`;
  // What is being tried just now waits as before. Where it waits for a connector it may never have come to its turn: it is
  // counted for the one that would carry it.
  const waits = `outbox.state IN ('queued', 'retrying', 'sending')`;
  const stuck = db.prepare(
    `SELECT CASE WHEN ${waits} THEN 'waiting' ELSE state END AS state, count(*) AS count,
       coalesce(outbox.connector_id, iif(${waits}, coalesce(service.connector_id, default_connector_id), NULL)) AS connector,
       max(connector_name) AS connectorName, max(service_name) AS serviceName, max(reason) AS reason FROM outbox
     LEFT JOIN service ON service.id = service_id LEFT JOIN service_type ON type = service_type
     WHERE held = 0 AND ${alarm} AND (
       (state = 'failed' AND outbox.changed_at >= @since) OR (state = 'unknown' AND next_try_at IS NULL)
       OR (${waits} AND outbox.created_at <= @before)) GROUP BY 1, 3`,
  );
  const failedBy = db
    .prepare(
      `SELECT count(*) FROM outbox WHERE state = 'failed' AND held = 0 AND ${alarm} AND connector_id IS ?`,
    )
    .pluck();
  const failedRuns = db
    .prepare(
      `SELECT count(*) FROM run WHERE launcher_id = ? AND outcome = 'failed' AND coalesce(ended_at, started_at) >= ?`,
    )
    .pluck();

  return {
    /** Per hour (UTC ISO of its beginning), so that local days can be told apart. */
    deliveredByHour: (launcherId: LauncherId, since: string) =>
      DeliveredHours.parse(hours.all({ launcherId, since })),
    lastDelivered: (launcherId: LauncherId): string | null =>
      Instant.parse(last.get(launcherId) ?? null),
    /** Envelopes first seen before that and not whole yet. */
    incomplete: (launcherId: LauncherId, before: string) =>
      Incomplete.parse(incomplete.get({ launcherId, before })),
    /** `since`: failures before that were told long ago. Alarms themselves do not count: they would tell of themselves. */
    stuck: (since: string, before: string): StuckRow[] =>
      StuckRows.parse(stuck.all({ since, before })).map(
        ({ state, count, connector, connectorName, serviceName, reason }) => ({
          state,
          count,
          connectorId: connector === null ? null : ConnectorId.parse(connector),
          connectorName: connectorName || serviceName,
          reason,
        }),
      ),
    /** Messages that failed by this connector, or before one was chosen. */
    failedBy: (connectorId: string | null): number => Count.parse(failedBy.get(connectorId)),
    failedRuns: (launcherId: LauncherId, since: string): number =>
      Count.parse(failedRuns.get(launcherId, since)),
  };
}
