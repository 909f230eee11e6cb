// The history as CSV (RFC 4180, UTF-8 with byte order mark so that a spreadsheet in French opens it right,
// separator `;` as French spreadsheets expect). Streamed: a million rows need no memory.
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { finished } from 'node:stream/promises';
import type { LauncherId } from '#contract/ids';
import { HistoryRow } from '../store/item-repo.ts';
import type { Store } from '../store/store.ts';

/** Returns the number of rows, the heading not counted. Throws ConfigError `export.cannotWrite` {path}. */
export async function exportHistory(
  store: Store,
  path: string,
  launcherId: LauncherId | undefined,
): Promise<number> {
  const launchers = new Map(store.launchers.list().map((one) => [String(one.id), one.description]));
  const jobs = new Map(store.jobs.list().map((one) => [String(one.id), one.name]));
  const out = createWriteStream(path, { flags: 'w' });
  const done = finished(out);
  // Looked at below; until then nobody waits for it.
  done.catch(() => undefined);
  const columns = Object.keys(HistoryRow.shape);
  let rows = 0;
  out.write(`\uFEFF${columns.join(';')}\r\n`);
  for (const row of store.items.history(launcherId)) {
    const named = {
      ...row,
      launcher: launchers.get(row.launcher) ?? row.launcher,
      job: jobs.get(row.job) ?? row.job,
    };
    rows += 1;
    if (!out.write(`${Object.values(named).map(cell).join(';')}\r\n`)) await once(out, 'drain');
  }
  out.end();
  await done;
  return rows;
}

/** A cell that a spreadsheet would take for a formula is defused with an apostrophe. */
function cell(value: string | number | null): string {
  if (value === null) return '';
  const text =
    typeof value === 'string' && /^[=+\-@\t\r]/.test(value) ? `'${value}` : String(value);
  return /[";\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
