// Finishes what a crash or a power cut left half done, from what the ledger says: a temporary file still there is
// renamed now; one that is gone was renamed before, though a COLD job may have eaten the file since.
import type { ErrorBody } from '#contract/error-codes';
import type { JobId, LauncherId } from '#contract/ids';
import { type AppError, ConfigError, toAppError, toErrorBody, TransientError } from '../errors.ts';
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
export async function recover(context: RecoverContext, launcherId?: LauncherId): Promise<Recovery> {
  let finished = 0;
  let held: ErrorBody | null = null;
  for (const row of context.store.ledger.delivering(launcherId)) {
    const error = await finish(context, row);
    if (error === undefined) finished += 1;
    else held ??= toErrorBody(error);
  }
  return { finished, held };
}

/** The error where the document is not in its COLD job. */
async function finish(context: RecoverContext, row: DeliveringRow): Promise<AppError | undefined> {
  const destination = context.destination(row.job_id);
  if (destination === undefined) return new ConfigError('job.missing', { id: row.job_id });
  const renames = {
    tempPath: row.temp_path,
    finalPath: row.final_path,
    sidecarTemp: row.sidecar_temp,
    sidecarFinal: row.sidecar_final,
  };
  let unpublished: Unpublished | undefined;
  try {
    unpublished = (await publishDocuments(destination, [renames])).get(renames);
  } catch (thrown) {
    return toAppError(thrown);
  }
  if (unpublished !== undefined) {
    context.logger.log('warn', unpublished.error.code, { document: row.id });
    if (isHopeless(unpublished)) await abandon(context, row, unpublished);
    return unpublished.error;
  }
  // The item is asked for once more: what it still lacks is fetched then, and its fate carried out.
  const reason = toErrorBody(new TransientError('item.resumed'));
  context.store.ledger.recovered(context.clock.now().toISOString(), row, reason);
  context.checkpoint('ledger.recovered');
  return undefined;
}

/** Its name went to another document while it was nobody's, or can never be: the item gets a new one at its next turn. */
const isHopeless = ({ error }: Unpublished): boolean =>
  error.code === 'name.taken' || error.kind === 'refused';

async function abandon(
  { store, stager, clock, checkpoint }: RecoverContext,
  row: DeliveringRow,
  { error, orphan }: Unpublished,
): Promise<void> {
  store.ledger.abandoned(clock.now().toISOString(), row, toErrorBody(error));
  checkpoint('ledger.recovered');
  for (const path of [row.temp_path, row.sidecar_temp, orphan]) {
    if (path !== null) await stager.discard(path);
  }
}
