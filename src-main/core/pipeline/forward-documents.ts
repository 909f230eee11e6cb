// Documents of COLD jobs that hand them on: copied into the outbox before they are named in the ledger, and held there by
// the very transaction that names them. See router/forward.ts.
import { toAppError } from '../errors.ts';
import type { Forward } from '../router/forward.ts';
import type { Delivery } from '../store/ledger-repo.ts';
import type { Failures } from './deliver-group.ts';
import type { Document } from './name-documents.ts';
import { type RunContext, stampOf } from './run-context.ts';
import { sidecarFacts } from './sidecar-facts.ts';

export type Forwards = ReadonlyMap<Delivery, Forward>;

/** An item of which one document cannot be copied is in `failures`. */
export async function copyForwards(
  context: RunContext,
  documents: readonly Document[],
  failures: Failures,
): Promise<Forwards> {
  const forwards = new Map<Delivery, Forward>();
  for (const { claimed, destination, delivery } of documents) {
    const { job } = destination;
    const rule = job.forward;
    if (!rule || context.forwarding === undefined || failures.has(claimed)) continue;
    const facts = sidecarFacts(context, claimed.order.item, delivery, job);
    const { name, tempPath, sha256 } = delivery;
    const document = { rule, job: job.name, name, tempPath, sha256, facts };
    try {
      forwards.set(delivery, await context.forwarding.prepare(document, context.signal));
    } catch (thrown) {
      failures.set(claimed, toAppError(thrown));
    }
  }
  return forwards;
}

/** Ledger and outbox in one transaction. */
export function beginWithForwards(
  context: RunContext,
  deliveries: readonly Delivery[],
  forwards: Forwards,
): void {
  const { store, forwarding } = context;
  const begin = (): void => {
    store.ledger.beginDelivery(stampOf(context), deliveries);
    for (const [delivery, forward] of forwards) {
      const { itemId, generation, part } = delivery;
      const id = store.outbox.held.documentId(itemId, generation, part);
      if (id !== undefined) forwarding?.hold(forward, id);
    }
  };
  if (forwards.size === 0) begin();
  else store.atomically(begin);
}
