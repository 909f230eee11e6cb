// Sums over time, from what the ledger holds as delivered.
import { z } from 'zod';
import type { LauncherId } from '#contract/ids';
import type { Db } from './open-database.ts';

const Row = z.object({ day: z.string(), documents: z.number(), bytes: z.number() });
export type DayRow = z.infer<typeof Row>;

export type FiguresRepo = ReturnType<typeof createFiguresRepo>;

export function createFiguresRepo(db: Db) {
  // Stretches of a quarter of an hour: every time zone's midnight is where one begins.
  const quarter = `substr(delivered_at, 1, 14) || CASE WHEN substr(delivered_at, 15, 2) < '15' THEN '00'
    WHEN substr(delivered_at, 15, 2) < '30' THEN '15' WHEN substr(delivered_at, 15, 2) < '45' THEN '30'
    ELSE '45' END || ':00.000Z'`;
  const sums = (join: string, where: string) =>
    db.prepare(
      `SELECT ${quarter} AS day, count(*) AS documents, sum(document.size_bytes) AS bytes FROM document ${join}
       WHERE delivered_at IS NOT NULL AND delivered_at >= @since ${where} GROUP BY 1`,
    );
  const ofAll = sums('', '');
  const ofOne = sums(
    'JOIN item ON item.id = document.item_id',
    'AND item.launcher_id = @launcherId',
  );
  return {
    /** Sums per stretch of time; `day` is the instant (UTC ISO) at which it begins. */
    delivered: (since: string, launcherId?: LauncherId): DayRow[] =>
      z
        .array(Row)
        .parse(launcherId === undefined ? ofAll.all({ since }) : ofOne.all({ since, launcherId })),
  };
}
