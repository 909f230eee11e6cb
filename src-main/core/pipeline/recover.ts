// Finishes what a crash or a power cut left half done, from what the ledger says: a temporary file still there is
// renamed now; one that is gone was renamed before, though a COLD job may have eaten the file since.
import { dirname } from 'node:path';
import type { ErrorBody } from '#contract/error-codes';
import type { JobId, LauncherId } from '#contract/ids';
import {
  type AppError,
  CancelledError,
  ConfigError,
  toAppError,
  toErrorBody,
  TransientError,
} from '../errors.ts';
import type { Destination } from '../destinations/destination.ts';
import type { Checkpoint, Clock, Logger } from '../ports.ts';
import type { DeliveringRow } from '../store/ledger-rows.ts';
import type { Store } from '../store/store.ts';
import { publishDocuments, type Unpublished } from './publish-documents.ts';
import type { Stager } from './stager.ts';

export type RecoverContext = {
  readonly store: Store;
  readonly stager: Pick<Stager, 'discard'>;
  readonly destination: (jobId: JobId) => Destination | undefined;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly checkpoint: Checkpoint;
  /** Aborted: the ledger is not written any more. */
  readonly givenUp?: AbortSignal;
};

export type Recovery = {
  /** Documents that are in their COLD jobs now. */
  readonly finished: number;
  /** Why others are not yet; they are left for the next time. */
  readonly held: ErrorBody | null;
};

/**
 * Idempotent; may itself be cut at any point. `launcherId` limits it to one launcher (at the start of its run);
 * without, all are recovered (at the start of the program). Throws only what the ledger throws.
 */
export async function recover(
  context: RecoverContext,
  launcherId?: LauncherId,
  isMeant: (row: DeliveringRow) => boolean = () => true,
): Promise<Recovery> {
  let finished = 0;
  let held: ErrorBody | null = null;
  const meant = context.store.ledger.delivering(launcherId).filter(isMeant);
  for (const rows of together(meant)) {
    if (context.givenUp?.aborted === true) break;
    const error = await finish(context, rows);
    if (error === undefined) finished += rows.length;
    else held ??= toErrorBody(error);
  }
  return { finished, held };
}

/** Documents of one envelope share its fate; any other stands alone. */
function together(rows: readonly DeliveringRow[]): DeliveringRow[][] {
  const groups = new Map<string, DeliveringRow[]>();
  for (const row of rows) {
    const id = row.bundle === null ? `document ${row.id}` : `item ${row.item_id}`;
    const found = groups.get(id);
    if (found === undefined) groups.set(id, [row]);
    else found.push(row);
  }
  return [...groups.values()];
}

/** The error where a document is not in its COLD job. */
async function finish(
  context: RecoverContext,
  rows: readonly DeliveringRow[],
): Promise<AppError | undefined> {
  const [first] = rows;
  if (first === undefined) return undefined;
  const destination = context.destination(first.job_id);
  if (destination === undefined) return new ConfigError('job.missing', { id: first.job_id });
  const renames = rows.map((row) => ({
    row,
    tempPath: row.temp_path,
    finalPath: row.final_path,
    sidecarTemp: row.sidecar_temp,
    sidecarFinal: row.sidecar_final,
    bundle: row.bundle,
    itemId: row.item_id,
  }));
  let unpublished: Map<(typeof renames)[number], Unpublished>;
  try {
    unpublished = await publishDocuments(destination, renames);
  } catch (thrown) {
    return toAppError(thrown);
  }
  // The program has stopped meanwhile: the next start finds out what came of it.
  if (context.givenUp?.aborted === true) return new CancelledError();
  const [[failed, why] = []] = unpublished;
  if (failed !== undefined && why !== undefined) {
    context.logger.log('warn', why.error.code, { document: failed.row.id });
  }
  if (why !== undefined && !isHopeless(why)) return why.error;
  // The item is asked for once more: what it still lacks is fetched then, and its fate carried out.
  const reason = toErrorBody(new TransientError('item.resumed'));
  const at = context.clock.now().toISOString();
  for (const one of renames) {
    if (!unpublished.has(one)) context.store.ledger.recovered(at, one.row, reason);
  }
  // Files and folder go last: while a row says "delivering", one that is gone means one that was renamed.
  for (const [one, { error }] of unpublished) {
    context.store.ledger.abandoned(at, one.row, toErrorBody(error));
  }
  context.checkpoint('ledger.recovered');
  for (const [{ row }, { orphan }] of unpublished) {
    await discard(context, destination, { row, orphan });
  }
  return why?.error;
}

/**
 * Its name went to another document while it was nobody's, or can never be, or its file was lost before it had one: the item
 * has a new turn.
 */
const isHopeless = ({ error }: Unpublished): boolean =>
  error.code === 'name.taken' || error.code === 'file.vanished' || error.kind === 'refused';

async function discard(
  { stager }: RecoverContext,
  { bundles }: Destination,
  { row, orphan }: { readonly row: DeliveringRow; readonly orphan: string | null },
): Promise<void> {
  for (const path of [row.temp_path, row.sidecar_temp, orphan]) {
    if (path !== null) await stager.discard(path);
  }
  if (row.bundle === 'folder') await bundles?.discard(dirname(row.temp_path));
}
