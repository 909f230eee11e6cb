// What a run would do now, item by item with reasons, changing nothing: the same listing and the same judgement.
import type { PreviewDocument, PreviewItem, PreviewVerdict } from '#contract/model/preview';
import { listRequest } from '../pipeline/look.ts';
import { planItems, type PartVerdict, type Plan } from '../pipeline/plan-items.ts';
import { createRoom } from '../pipeline/room.ts';
import type { PreparedRun } from './prepare-run.ts';

/** The first `limit` items that are not concluded; closes the source. */
export async function previewLauncher(
  { context, source }: PreparedRun,
  limit: number,
): Promise<PreviewItem[]> {
  const { store, launcher, signal } = context;
  const items: PreviewItem[] = [];
  try {
    // A book of its own: what is only looked at takes no place from the runs.
    const room = createRoom(context.destinations);
    await room.measure(signal);
    const whole = { ...context, room, stillThere: (at: string) => source.stillThere(at, signal) };
    const request = listRequest(null, store.ledger.open(launcher.id, '9999'), context.known);
    for await (const batch of source.list(request, signal)) {
      const plans = await planItems(whole, batch.items.slice(0, limit - items.length));
      items.push(...plans.map(toPreview));
      if (items.length >= limit) break;
    }
    return items;
  } finally {
    await source.close();
  }
}

function toPreview(plan: Plan): PreviewItem {
  const { title, receivedAt, sizeBytes } = plan.item;
  const parts = 'parts' in plan ? plan.parts : [];
  return { title, receivedAt, sizeBytes, ...judgement(plan), documents: parts.map(toDocument) };
}

function judgement(plan: Plan): Pick<PreviewItem, 'verdict' | 'reason'> {
  const because = (verdict: PreviewVerdict, code: string) => ({
    verdict,
    reason: { code, params: {} },
  });
  switch (plan.kind) {
    case 'known':
      return because('known', plan.renamed ? 'preview.renamed' : 'preview.known');
    case 'waiting':
      return because('deferred', 'preview.waiting');
    case 'finish':
      return because('take', 'preview.finish');
    case 'take':
      return because('take', 'preview.take');
    case 'verdict': {
      const { state, reason } = plan.verdict;
      return { verdict: state, reason: { code: reason.code, params: reason.params } };
    }
  }
}

const toDocument = ({ offer, verdict, reason, jobId }: PartVerdict): PreviewDocument => ({
  name: offer.name,
  sizeBytes: offer.sizeBytes,
  verdict,
  reason: { code: reason.code, params: reason.params },
  jobId,
});
