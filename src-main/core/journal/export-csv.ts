// The history as CSV (RFC 4180, UTF-8 with byte order mark so that a spreadsheet in French opens it right,
// separator `;` as French spreadsheets expect). Streamed: a million rows need no memory.
import { randomBytes } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { ErrorBody } from '#contract/error-codes';
import type { LauncherId } from '#contract/ids';
import { sayReason } from '#contract/texts/say-reason';
import type { Texts } from '#contract/texts/texts';
import { ConfigError } from '../errors.ts';
import { quietly } from '../files/temp-file.ts';
import { HistoryRow } from '../store/item-repo.ts';
import type { Store } from '../store/store.ts';

/**
 * `state` and `reason_code` are the program's own words, for scripts; `reason` is the sentence, for people.
 * Whole or not there: a file that bears the name already is replaced only then. Returns the number of rows, the heading not
 * counted. Throws ConfigError `export.cannotWrite` {path, reason}.
 */
export async function exportHistory(
  store: Store,
  path: string,
  launcherId: LauncherId | undefined,
  texts: Texts,
): Promise<number> {
  const launchers = new Map(store.launchers.list().map((one) => [String(one.id), one.description]));
  const jobs = new Map(store.jobs.list().map((one) => [String(one.id), one.name]));
  const columns = [...Object.keys(HistoryRow.shape), 'reason_code'];
  let rows = 0;
  function* lines(): Generator<string> {
    yield `\uFEFF${columns.join(';')}\r\n`;
    for (const row of store.items.history(launcherId)) {
      const launcher = launchers.get(row.launcher) ?? row.launcher;
      const named = { ...row, launcher, job: jobs.get(row.job) ?? row.job };
      rows += 1;
      const cells = Object.values({ ...named, ...toldReason(row.reason, texts) });
      yield `${cells.map(cell).join(';')}\r\n`;
    }
  }
  const temp = join(dirname(path), `.lanceur-export-${randomBytes(4).toString('hex')}-0.part`);
  try {
    await pipeline(Readable.from(lines()), createWriteStream(temp, { flags: 'wx', flush: true }));
    await rename(temp, path);
    return rows;
  } catch (cause) {
    await quietly(rm(temp));
    if (!isSystemError(cause)) throw cause;
    const params = { path, reason: cause.code };
    throw new ConfigError('export.cannotWrite', params, { cause, field: 'path' });
  }
}

function toldReason(json: string | null, texts: Texts) {
  if (json === null) return { reason: null, reason_code: null };
  const reason = ErrorBody.parse(JSON.parse(json));
  return { reason: sayReason(texts, reason), reason_code: reason.code };
}

const isSystemError = (thrown: unknown): thrown is Error & { readonly code: string } =>
  thrown instanceof Error && 'syscall' in thrown && 'code' in thrown;

/** A cell that a spreadsheet would take for a formula is defused with an apostrophe. */
function cell(value: string | number | null): string {
  if (value === null) return '';
  const text =
    typeof value === 'string' && /^[=+\-@\t\r]/.test(value) ? `'${value}` : String(value);
  return /[";\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
