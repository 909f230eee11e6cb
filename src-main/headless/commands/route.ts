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
import { decodeText } from '#contract/decode-text';
import { findNamed } from './find-named.ts';
import { printJson } from './print-json.ts';
import { resultPath, type RowResult, writeResult } from './route-result.ts';
import { readRouteTable, type RouteRow, type RouteTable } from './route-table.ts';
import { previewLine } from './send.ts';

/** The result file is brought up to date after so many rows. */
const WRITE_ROWS = 200;

export const route: Command = async (context) => {
  const { terminal, texts, json, signal, arguments: words } = context;
  const [wanted = ''] = words.positionals;
  const path = resolve(context.workingDir, wanted);
  const table = await readTable(path, words.text('batch') ?? '');
  const session = await context.session();
  const services = await session.call('services.list', {});
  const routing = { context, session, services, path, table };
  const results = new Map<number, RowResult>();
  const isDry = words.flag('dry-run');
  for (const row of table.rows) {
    if (signal.aborted) break;
    results.set(row.number, await one(routing, row));
    // What cannot be written now is said at the end.
    if (row.number % WRITE_ROWS === 0 && !isDry) await save(routing, results);
  }
  if (!isDry && (!session.isRemote || words.flag('wait'))) await settle(routing, results);
  const fault = isDry ? null : await save(routing, results);
  if (json) printJson(terminal, { path: resultPath(path), rows: Object.fromEntries(results) });
  else tell(context, [...results.values()]);
  if (fault !== null) {
    terminal.problem(texts.say('cli.route.noResult', { path: resultPath(path), reason: fault }));
  } else if (!json && !isDry) {
    terminal.result(texts.say('cli.route.result', { path: resultPath(path) }));
  }
  if (signal.aborted) throw new CancelledError();
  const isWrong = fault !== null || [...results.values()].some((each) => each.problem !== '');
  return isWrong ? exitCodes.warnings : exitCodes.ok;
};

/** What kept it from being written; null = nothing. */
async function save(
  { path, table }: Routing,
  results: ReadonlyMap<number, RowResult>,
): Promise<string | null> {
  try {
    await writeResult(resultPath(path), table, results);
    return null;
  } catch (thrown) {
    return fileFault(thrown);
  }
}

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
  const text = decodeText(bytes);
  // No office writes control characters into a table: it is a workbook, a PDF, an image.
  if (/[\p{Cc}--[\t-\r\u0080-\u009f]]/v.test(text)) throw usageError('usage.notATable', { path });
  return readRouteTable(text, `${path}\n${batch}`);
}

/** A row that cannot be sent is told, and keeps no other from going. */
async function one(routing: Routing, row: RouteRow): Promise<RowResult> {
  const { context, session, path } = routing;
  const { terminal, texts, signal, json } = context;
  const at = new Date().toISOString();
  try {
    if (row.twin !== null) return invalid(context, { row, at }, twinProblem(context, row));
    const draft = await draftOf(routing, row);
    if (context.arguments.flag('dry-run')) {
      const preview = await session.call('outbox.preview', draft, { signal });
      if (!json) terminal.result(`${row.number}: ${previewLine({ texts }, preview)}`);
      return { state: 'planned', outboxId: null, at, problem: '', isKnown: false };
    }
    const asker = { kind: 'route', table: path, row: row.number } as const;
    const message = await session.call(
      'outbox.send',
      { ...draft, asker, once: row.key },
      { signal },
    );
    return resultOf(context, message, message.createdAt < at);
  } catch (thrown) {
    const error = toAppError(thrown);
    // Those concern every row.
    if (error.kind === 'cancelled' || error.kind === 'transient') throw error;
    return invalid(context, { row, at }, sayReason(texts, error));
  }
}

const twinProblem = ({ texts }: CommandContext, { values, twin }: RouteRow): string =>
  texts.say('cli.route.sameId', { id: values.id, row: twin ?? 0 });

function invalid(
  { terminal, texts, json }: CommandContext,
  { row, at }: { readonly row: RouteRow; readonly at: string },
  problem: string,
): RowResult {
  if (!json) terminal.problem(texts.say('cli.route.row', { row: row.number, problem }));
  return { state: 'invalid', outboxId: null, at, problem, isKnown: false };
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
  isKnown: boolean,
): RowResult {
  const { id, state, reason, sentAt, changedAt } = message;
  const isWrong = reason !== null && state !== 'queued';
  const problem = isWrong ? sayReason(texts, reason) : '';
  return { state, outboxId: id, at: sentAt ?? changedAt, problem, isKnown };
}

/** In this process nobody else would send them; with `--wait` somebody wants to know. */
async function settle(
  { context, session }: Routing,
  results: Map<number, RowResult>,
): Promise<void> {
  const { signal } = context;
  if (!signal.aborted) await session.call('outbox.flush', {}, { signal });
  for (const [row, { outboxId, isKnown }] of results) {
    if (outboxId === null) continue;
    const message = await session.call('outbox.get', { id: outboxId });
    results.set(row, resultOf(context, message, isKnown));
  }
}

async function draftOf({ context, services, path }: Routing, { values }: RouteRow) {
  const wanted = values.service || context.arguments.text('service');
  const folder = dirname(path);
  return {
    serviceId:
      wanted === undefined
        ? null
        : findNamed(services, wanted, { language: context.texts.language, list: 'service list' })
            .id,
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
  rows: readonly RowResult[],
): void {
  const count = (is: (row: RowResult) => boolean): number => rows.filter(is).length;
  const invalid = count(({ state }) => state === 'invalid');
  const known = count(({ isKnown }) => isKnown);
  const taken = rows.length - invalid - known;
  const notSent = count(({ state, problem }) => state !== 'invalid' && problem !== '');
  const isDry = words.flag('dry-run');
  const key = isDry ? 'cli.route.wouldSend' : 'cli.route.done';
  if (taken > 0 || rows.length === 0) terminal.result(texts.say(key, { count: taken }));
  if (known > 0) terminal.result(texts.say('cli.route.known', { count: known }));
  if (notSent > 0) terminal.problem(texts.say('cli.route.notSent', { count: notSent }));
  const refused = isDry ? 'cli.route.wouldNotSend' : 'cli.route.invalid';
  if (invalid > 0) terminal.problem(texts.say(refused, { count: invalid }));
}
