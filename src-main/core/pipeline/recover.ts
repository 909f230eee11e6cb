// Finishes what a crash or a power cut left half done, from what the ledger says: a temporary file still there is
// renamed now; one that is gone was renamed before, though a COLD job may have eaten the file since.
import type { JobId, LauncherId } from '#contract/ids';
import { TransientError, toErrorBody } from '../errors.ts';
import type { Destination } from '../destinations/destination.ts';
import type { Checkpoint, Clock, Logger } from '../ports.ts';
import type { DeliveringRow } from '../store/ledger-rows.ts';
import type { Store } from '../store/store.ts';
import { movesOf } from './deliver-group.ts';

export type RecoverContext = {
  readonly store: Store;
  readonly destination: (jobId: JobId) => Destination | undefined;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly checkpoint: Checkpoint;
};

/**
 * Idempotent; may itself be cut at any point. `launcherId` limits it to one launcher (at the start of its run);
 * without, all are recovered (at the start of the program). Returns the number of documents finished.
 */
export async function recover(context: RecoverContext, launcherId?: LauncherId): Promise<number> {
  const rows = context.store.ledger.delivering(launcherId);
  let finished = 0;
  for (const row of rows) {
    if (await finish(context, row)) finished += 1;
  }
  return finished;
}

async function finish(context: RecoverContext, row: DeliveringRow): Promise<boolean> {
  const destination = context.destination(row.job_id);
  if (destination === undefined) return false;
  const moves = movesOf({
    tempPath: row.temp_path,
    finalPath: row.final_path,
    sidecarTemp: row.sidecar_temp,
    sidecarFinal: row.sidecar_final,
  });
  const outcomes = await destination.publish(moves, new AbortController().signal);
  const failed = outcomes.find((outcome) => !outcome.ok);
  if (failed !== undefined && !failed.ok) {
    context.logger.log('warn', failed.error.code, { document: row.id });
    return false;
  }
  // The item is asked for once more: what it still lacks is fetched then, and its fate carried out.
  const reason = toErrorBody(new TransientError('item.resumed'));
  context.store.ledger.recovered(context.clock.now().toISOString(), row, reason);
  context.checkpoint('ledger.recovered');
  return true;
}
