// What the index file beside a document tells: where it came from, what it is called, what it weighs.
import type { Job } from '#contract/model/cold-job';
import type { Delivery } from '../store/ledger-repo.ts';
import type { SourceItem } from '../sources/source.ts';
import type { RunContext } from './run-context.ts';

/** Field → value, in the order in which they are written. */
export function sidecarFacts(
  context: Pick<RunContext, 'launcher' | 'clock'>,
  item: SourceItem,
  delivery: Pick<Delivery, 'originalName' | 'name' | 'sizeBytes' | 'sha256'>,
  job: Job,
): Record<string, string> {
  const own = {
    original_name: delivery.originalName,
    name: delivery.name,
    size: String(delivery.sizeBytes),
    sha256: delivery.sha256,
    received_at: item.receivedAt ?? '',
    delivered_at: context.clock.now().toISOString(),
    launcher: context.launcher.description,
    job_number: job.number === 0 ? '' : String(job.number),
    job_name: job.name,
  };
  // A source may add to them, not contradict them.
  return { ...own, ...item.facts, ...own };
}
