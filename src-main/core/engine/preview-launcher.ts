// What a run would do now, item by item with reasons, changing nothing: the same listing and the same judgement.
import type { PreviewDocument, PreviewItem, PreviewVerdict } from '#contract/model/preview';
import { explanationOf } from '../envelopes/offer.ts';
import { listRequest } from '../pipeline/look.ts';
import type { PartVerdict, Plan, PlanContext } from '../pipeline/plan.ts';
import { judgeItems, planItems } from '../pipeline/plan-items.ts';
import { opened } from '../pipeline/read-items.ts';
import { createRoom } from '../pipeline/room.ts';
import { AppError } from '../errors.ts';
import type { Intake, Source, SourceItem } from '../sources/source.ts';
import { failedPlan, lookInside } from './look-inside.ts';
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
    const stillThere: PlanContext['stillThere'] = ({ location }) =>
      source.stillThere(location, signal);
    const whole = { ...context, room, stillThere };
    const request = listRequest(null, store.ledger.open(launcher.id, '9999'), context.known);
    for await (const batch of source.list(request, signal)) {
      const some = batch.items.slice(0, limit - items.length);
      const planned = await lookInside(whole, source, await planItems(whole, some));
      const plans = await readPlans(whole, source, planned);
      items.push(...plans.map(toPreview));
      if (items.length >= limit) break;
    }
    return items;
  } finally {
    await source.close();
  }
}

/** What must be read to know what it holds is read, and nothing of it taken. */
async function readPlans(
  context: PlanContext,
  source: Source,
  plans: readonly Plan[],
): Promise<readonly Plan[]> {
  const unread = plans.filter(({ kind, item }) => kind === 'take' && item.unread === true);
  if (unread.length === 0) return plans;
  const judged = new Map<SourceItem, Plan>();
  const byKey = new Map(unread.map((plan) => [plan.item.key, plan]));
  const orders = unread.map(({ item }) => ({ item, parts: [] }));
  await source.fetch(orders, lookingIntake(context, byKey, judged), context.signal);
  return plans.map((plan) => judged.get(plan.item) ?? plan);
}

function lookingIntake(
  context: PlanContext,
  byKey: ReadonlyMap<string, Plan>,
  judged: Map<SourceItem, Plan>,
): Intake {
  const notTaken = () => {
    throw new AppError('unexpected', 'internal.bug', { message: 'a look takes nothing' });
  };
  return {
    async choose({ item }, found) {
      const plan = byKey.get(item.key);
      if (plan === undefined) return [];
      const whole = opened(item, found);
      const [judgement] = await judgeItems(context, [{ item: whole, row: plan.row }]);
      if (judgement) judged.set(item, { ...plan, ...judgement, item: whole });
      return [];
    },
    part: notTaken,
    file: notTaken,
    done: () => undefined,
    failed({ item }, error) {
      const plan = byKey.get(item.key);
      if (plan !== undefined) judged.set(item, failedPlan(plan, error));
    },
  };
}

function toPreview(plan: Plan): PreviewItem {
  const { title, receivedAt, sizeBytes } = plan.item;
  const parts = 'parts' in plan ? plan.parts : [];
  const documents = parts.map(toDocument);
  const { envelope } = plan.item;
  const explanation = envelope === undefined ? {} : { explanation: explanationOf(envelope) };
  return { title, receivedAt, sizeBytes, ...judgement(plan), documents, ...explanation };
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
    case 'repeated':
      return because('known', 'preview.repeated');
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
