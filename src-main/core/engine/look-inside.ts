// The preview's look into documents whose content decides where they go: as a run does it once they are staged, but on the
// files of the source themselves, which are only read. For sources whose documents are files of this machine.
import { EnvelopeLimits } from '#contract/model/envelope';
import { AppError, toAppError, toErrorBody } from '../errors.ts';
import type { PartVerdict, Plan, PlanContext } from '../pipeline/plan.ts';
import { route, routesByContent } from '../pipeline/route.ts';
import type { Intake, LocalFile, PartOffer, Source, SourceItem } from '../sources/source.ts';

/** The same plans with what the contents say; what is not read before it is fetched (mails) stays as it was judged. */
export async function lookInside(
  context: PlanContext,
  source: Source,
  plans: readonly Plan[],
): Promise<readonly Plan[]> {
  const undecided = new Map(
    plans.flatMap((plan) => {
      const parts = undecidedOf(context, plan);
      return parts.length === 0 ? [] : [[plan.item, { plan, parts }] as const];
    }),
  );
  if (source.handsOverFiles !== true || undecided.size === 0) return plans;
  const files = new Map<PartOffer, LocalFile>();
  const judged = new Map<SourceItem, Plan>();
  const orders = [...undecided].map(([item, { parts }]) => ({ item, parts }));
  await source.fetch(orders, fileIntake(undecided, files, judged), context.signal);
  for (const [item, { plan }] of undecided) {
    if (!judged.has(item)) judged.set(item, await judge(context, plan, files));
  }
  return plans.map((plan) => judged.get(plan.item) ?? plan);
}

function undecidedOf({ launcher }: PlanContext, plan: Plan): readonly PartOffer[] {
  const { kind, item } = plan;
  if (kind !== 'take' || item.unread === true || item.envelope !== undefined) return [];
  // A run looks into all that it stages, whatever their names say.
  return routesByContent(launcher.affiliations) ? plan.take.map(({ offer }) => offer) : [];
}

type Undecided = ReadonlyMap<SourceItem, { readonly plan: Plan }>;

/** Learns where the files lie, and takes nothing. */
function fileIntake(
  undecided: Undecided,
  files: Map<PartOffer, LocalFile>,
  judged: Map<SourceItem, Plan>,
): Intake {
  const notAsked = () => {
    throw new AppError('unexpected', 'internal.bug', { message: 'a look takes nothing' });
  };
  return {
    choose: notAsked,
    part: notAsked,
    file: (_, offer, file) => {
      files.set(offer, file);
    },
    done: () => undefined,
    failed({ item }, error) {
      const plan = undecided.get(item)?.plan;
      if (plan !== undefined) judged.set(item, failedPlan(plan, error));
    },
  };
}

/** What cannot be read now is no document of this run. */
export function failedPlan(plan: Plan, error: AppError): Plan {
  const state = error.kind === 'refused' ? 'quarantined' : 'deferred';
  const verdict = {
    item: plan.item,
    state,
    reason: toErrorBody(error),
    observation: null,
  } as const;
  return { ...plan, kind: 'verdict', verdict, parts: [] };
}

async function judge(
  context: PlanContext,
  plan: Plan,
  files: ReadonlyMap<PartOffer, LocalFile>,
): Promise<Plan> {
  if (plan.kind !== 'take') return plan;
  const parts: PartVerdict[] = [];
  try {
    for (const part of plan.parts) {
      const file = files.get(part.offer);
      parts.push(file === undefined ? part : await judgePart(context, part, file));
    }
  } catch (thrown) {
    const error = toAppError(thrown);
    if (error.kind === 'cancelled' || error.kind === 'unexpected') throw thrown;
    return failedPlan(plan, error);
  }
  const unrouted = parts.find(({ verdict }) => verdict === 'unrouted');
  if (unrouted === undefined || parts.some(({ verdict }) => verdict === 'take')) {
    return { ...plan, parts };
  }
  const { reason } = unrouted;
  const verdict = { item: plan.item, state: 'unrouted', reason, observation: null } as const;
  return { ...plan, kind: 'verdict', verdict, parts };
}

async function judgePart(
  { launcher, jobs, signal }: PlanContext,
  part: PartVerdict,
  { path, sizeBytes }: LocalFile,
): Promise<PartVerdict> {
  const { name } = part.offer;
  // The readers of all formats: only for launchers that route by content.
  const { recogniseFile } = await import('../envelopes/recognise-invoice.ts');
  const file = { name, path, sizeBytes };
  const envelope = await recogniseFile(file, EnvelopeLimits.parse({}), signal);
  const types = envelope === null ? [] : [envelope.kind];
  const jobId = route(name, launcher.affiliations, types);
  const job = jobId === undefined ? undefined : jobs.get(jobId);
  if (job === undefined) {
    const reason = { kind: 'refused', code: 'route.none', params: { name } } as const;
    return { ...part, verdict: 'unrouted', reason, jobId: null };
  }
  const told = envelope === null ? {} : { kind: envelope.kind };
  const code = envelope === null ? 'route.job' : 'route.kind';
  const reason = { kind: 'refused', code, params: { job: job.name, ...told } } as const;
  return { ...part, reason, jobId: job.id };
}
