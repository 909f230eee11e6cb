// A history as long as one likes, written into a stopped program's store: settled items with their documents, newest last, of the
// launchers given; every fiftieth was filtered. Their words are not gathered: the program does that when it runs.
import Database from 'better-sqlite3';
import { join } from 'node:path';

type History = {
  readonly rows: number;
  readonly launchers: readonly string[];
  readonly jobs: readonly string[];
};

export function fillHistory(dataDir: string, { rows, launchers, jobs }: History): void {
  const db = new Database(join(dataDir, 'lanceur.db'));
  try {
    db.pragma('synchronous = OFF');
    const last = db.prepare('SELECT coalesce(max(id), 0) FROM item').pluck().get();
    db.prepare(
      `WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < @rows)
       INSERT INTO item (launcher_id, key, version, title, state, revision, size_bytes, seen_at, changed_at, run_id, reason)
       SELECT json_extract(@launchers, '$[' || CAST(i % @launcherCount AS INTEGER) || ']'), 'k' || CAST(@last + i AS INTEGER), '1',
         json_extract('["Facture","Bordereau","Délibération","Courrier"]', '$[' || (i % 4) || ']')
           || '_2026-' || (i % 12 + 1) || '_' || i || '.pdf',
         iif(i % 50 = 0, 'filtered', 'settled'), 'r', 1000 + i % 90000,
         strftime('%FT%H:%M:%fZ', '2026-11-01T08:00:00Z', (i - @rows) || ' minutes'),
         strftime('%FT%H:%M:%fZ', '2026-11-01T08:00:00Z', (i - @rows) || ' minutes'), 1,
         iif(i % 50 = 0, '{"kind":"refused","code":"filter.excluded","params":{"pattern":"Thumbs.db"}}', NULL) FROM n`,
    ).run({ last, rows, launchers: JSON.stringify(launchers), launcherCount: launchers.length });
    db.prepare(
      `INSERT INTO document (item_id, generation, part, original_name, name, job_id, temp_path, final_path, size_bytes, sha256,
         state, run_id, delivered_at)
       SELECT id, 0, '1', title, title, json_extract(@jobs, '$[' || CAST(id % @jobCount AS INTEGER) || ']'), 't', '/wait/' || title,
         size_bytes, 'h', 'delivered', 1, changed_at FROM item WHERE id > @last AND state = 'settled'`,
    ).run({ last, jobs: JSON.stringify(jobs), jobCount: jobs.length });
  } finally {
    db.close();
  }
}
