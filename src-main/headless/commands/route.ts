// `lanceur route TABLE.csv`: one message per row, into the outbox; what became of each stands in a result file beside the
// table. Run again, it sends only what is not in the outbox yet. EzGED's `tblrouting` is its precedent.
import { readFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import type { Service } from '#contract/model/router';
import { AppError, CancelledError, toAppError } from '../../core/errors.ts';
import { sayReason } from '#contract/texts/say-reason';
import type { Command, CommandContext } from '../command.ts';
import { exitCodes } from '../exit-codes.ts';
import { fileFault } from '../file-fault.ts';
import type { Session } from '../session.ts';
import { usageError } from '../usage-error.ts';
import { decodeText } from './decode-text.ts';
import { findNamed } from './find-named.ts';
import { printJson } from './print-json.ts';
import { resultPath, type RowResult, writeResult } from './route-result.ts';
import { readRouteTable, type RouteRow, type RouteTable } from './route-table.ts';
import { previewLine } from './send.ts';

/** The result file is brought up to date after so many rows. */
const WRITE_ROWS = 200;

export const route: Command = async (context) => {
  const { terminal, json, signal, arguments: words } = context;
  const [wanted = ''] = words.positionals;
  const path = resolve(context.workingDir, wanted);
  const table = await readTable(path, words.text('batch') ?? '');
  const session = await context.session();
  const services = await session.call('services.list', {});
  const routing = { context, session, services, path, table };
  const results = new Map<number, RowResult>();
  for (const row of table.rows) {
    if (signal.aborted) break;
    results.set(row.number, await one(routing, row));
    if (row.number % WRITE_ROWS === 0 && !words.flag('dry-run')) {
      await writeResult(resultPath(path), table, results);
    }
  }
  if (!words.flag('dry-run')) {
    if (!session.isRemote || words.flag('wait')) await settle(routing, results);
    await writeResult(resultPath(path), table, results);
  }
  const all = [...results.values()];
  const invalid = all.filter((each) => each.problem !== '').length;
  if (json) printJson(terminal, { path: resultPath(path), rows: Object.fromEntries(results) });
  else tell(context, { count: all.length, invalid, path: resultPath(path) });
  if (signal.aborted) throw new CancelledError();
  return invalid > 0 ? exitCodes.warnings : exitCodes.ok;
};

type Routing = {
  readonly context: CommandContext;
  readonly session: Session;
  readonly services: readonly Service[];
  readonly path: string;
  readonly table: RouteTable;
};

async function readTable(path: string, batch: string): Promise<RouteTable> {
  let bytes: Buffer;
  try {
    bytes = await readFile(path);
  } catch (thrown) {
    throw usageError('usage.unreadableFile', { path, reason: fileFault(thrown) });
  }
  return readRouteTable(decodeText(bytes), `${path}\n${batch}`);
}

/** A row that cannot be sent is told, and keeps no other from going. */
async function one(routing: Routing, row: RouteRow): Promise<RowResult> {
  const { context, session, path } = routing;
  const { terminal, texts, signal, json } = context;
  const at = new Date().toISOString();
  try {
    const draft = await draftOf(routing, row);
    if (context.arguments.flag('dry-run')) {
      const preview = await session.call('outbox.preview', draft, { signal });
      if (!json) terminal.result(`${row.number}: ${previewLine({ texts }, preview)}`);
      return { state: 'planned', outboxId: null, at, problem: '' };
    }
    const asker = { kind: 'route', table: path, row: row.number } as const;
    const message = await session.call(
      'outbox.send',
      { ...draft, asker, once: row.key },
      { signal },
    );
    return resultOf(context, message);
  } catch (thrown) {
    const error = toAppError(thrown);
    // Those concern every row.
    if (error.kind === 'cancelled' || error.kind === 'transient') throw error;
    const problem = sayReason(texts, error);
    if (!json) terminal.problem(texts.say('cli.route.row', { row: row.number, problem }));
    return { state: 'invalid', outboxId: null, at, problem };
  }
}

function resultOf(
  { texts }: CommandContext,
  message: {
    readonly id: number;
    readonly state: string;
    readonly reason: Parameters<typeof sayReason>[1] | null;
    readonly sentAt: string | null;
    readonly changedAt: string;
  },
): RowResult {
  const { id, state, reason, sentAt, changedAt } = message;
  const isWrong = reason !== null && state !== 'queued';
  const problem = isWrong ? sayReason(texts, reason) : '';
  return { state, outboxId: id, at: sentAt ?? changedAt, problem };
}

/** In this process nobody else would send them; with `--wait` somebody wants to know. */
async function settle(
  { context, session }: Routing,
  results: Map<number, RowResult>,
): Promise<void> {
  const { signal } = context;
  if (!signal.aborted) await session.call('outbox.flush', {}, { signal });
  for (const [row, { outboxId }] of results) {
    if (outboxId === null) continue;
    results.set(row, resultOf(context, await session.call('outbox.get', { id: outboxId })));
  }
}

async function draftOf({ context, services, path }: Routing, { values }: RouteRow) {
  const wanted = values.service || context.arguments.text('service');
  const folder = dirname(path);
  return {
    serviceId: wanted === undefined ? null : findNamed(services, wanted, context.texts.language).id,
    to: listed(values.to),
    cc: listed(values.cc),
    bcc: listed(values.bcc),
    replyTo: values.replyTo,
    subject: values.subject,
    text: values.text || (await fileText(folder, values.textFile)),
    html: await fileText(folder, values.htmlFile),
    attachments: values.attach
      .split('|')
      .map((one) => one.trim())
      .filter((one) => one !== '')
      .map((one) => ({ path: resolve(folder, one) })),
  };
}

const listed = (cell: string): string[] => (cell === '' ? [] : [cell]);

async function fileText(folder: string, path: string): Promise<string> {
  if (path === '') return '';
  try {
    return decodeText(await readFile(resolve(folder, path)));
  } catch (thrown) {
    throw new AppError('config', 'attachment.missing', { path }, { cause: thrown });
  }
}

function tell(
  { terminal, texts, arguments: words }: CommandContext,
  sums: { readonly count: number; readonly invalid: number; readonly path: string },
): void {
  const key = words.flag('dry-run') ? 'cli.route.wouldSend' : 'cli.route.done';
  terminal.result(texts.say(key, { ...sums, count: sums.count - sums.invalid }));
  if (sums.invalid > 0) terminal.problem(texts.say('cli.route.invalid', { count: sums.invalid }));
}
