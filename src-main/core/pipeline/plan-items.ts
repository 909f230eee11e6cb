// Judges one batch: for each item and each of its parts whether it is taken, and for which COLD job. Reads the
// ledger, writes nothing: the preview shows exactly what a run would do, because both ask here.
import type { ErrorBody } from '#contract/error-codes';
import type { FilterVerdict } from '#contract/model/filter';
import { safeName } from '../files/safe-name.ts';
import type { KnownRow } from '../store/ledger-rows.ts';
import { judgeMails } from '../mail/mail-filter.ts';
import type { PartOffer, SourceItem } from '../sources/source.ts';
import {
  type Candidate,
  type Judgement,
  type PartVerdict,
  type Plan,
  type PlanContext,
  refused,
  type Rest,
  verdictOn,
} from './plan.ts';
import { envelopeName, planEnvelope } from './plan-envelope.ts';
import { candidateOf, planEarly } from './plan-known.ts';
import { contentDecides, routeBeforehand } from './route.ts';

/** One plan per item, in the same order. Throws ConfigError where the filter itself is at fault. */
export async function planItems(
  context: PlanContext,
  items: readonly SourceItem[],
): Promise<Plan[]> {
  const candidates: Candidate[] = [];
  const rowsGiven = new Set<KnownRow['id']>();
  for (const item of items) {
    const found = await candidateOf(context, item, rowsGiven);
    if (found.row !== undefined) rowsGiven.add(found.row.id);
    candidates.push(found);
  }
  const early = candidates.map((candidate) => planEarly(context, candidate));
  const judged = candidates.filter((_, index) => early[index] === undefined);
  const judgements = (await judgeItems(context, judged)).values();
  return candidates.map((candidate, index): Plan => {
    const judgement = early[index] ?? judgements.next().value;
    return { ...(judgement ?? { kind: 'waiting' }), ...candidate };
  });
}

/** An item and what of it may be in its COLD jobs already. */
type Judged = Pick<Plan, 'item'> & {
  readonly row: (Pick<KnownRow, 'id' | 'generation'> & Partial<KnownRow>) | undefined;
};

/** The items whose parts are known, in the same order; an unread one is taken to be read. */
export async function judgeItems(
  context: Omit<PlanContext, 'stillThere' | 'known' | 'cause'>,
  candidates: readonly Judged[],
): Promise<Judgement[]> {
  const { launcher, filter, signal } = context;
  const mails = candidates.map(({ item }) => item);
  const refusals = await judgeMails(launcher, mails, {
    judge: filter.judge,
    now: context.clock.now(),
    signal,
  });
  const names = mails.flatMap(namesOf);
  const taken = new Set<string>();
  const verdicts = names.length === 0 ? [] : await filter.judge(launcher.filter, names, signal);
  let next = 0;
  return candidates.map((candidate, index) => {
    const { item } = candidate;
    const own = verdicts.slice(next, (next += namesOf(item).length));
    const refusal = refusals[index];
    if (refusal) return verdictOn(item, 'filtered', { kind: 'refused', ...refusal });
    if (item.envelope !== undefined) {
      const { envelope: offer } = item;
      return planEnvelope(context, { ...candidate, offer, verdict: own[0], taken });
    }
    return item.unread ? planReading(context, item) : planParts(context, candidate, own);
  });
}

/** The names that the filter is asked about. */
const namesOf = (item: SourceItem): readonly string[] =>
  item.envelope === undefined ? item.parts.map((part) => part.name) : [envelopeName(item)];

/** Not before one of the COLD jobs has room: where it goes is not known yet. */
function planReading({ room }: Pick<PlanContext, 'room'>, item: SourceItem): Judgement {
  const closed = room.closed();
  if (closed !== undefined) return verdictOn(item, 'deferred', closed);
  return { kind: 'take', take: [], parts: [], rest: { state: 'delivered', reason: null } };
}

function planParts(
  context: Pick<PlanContext, 'store' | 'launcher' | 'jobs' | 'room'>,
  { item, row }: Judged,
  verdicts: readonly FilterVerdict[],
): Judgement {
  const done = new Set(
    row === undefined ? [] : context.store.ledger.deliveredParts(row.id, row.generation),
  );
  const parts = item.parts.map((offer, index): PartVerdict => {
    const judged = verdicts[index];
    if (done.has(offer.part)) return part(offer, 'known', { code: 'part.delivered', params: {} });
    if (judged?.accepted !== true) {
      return part(offer, 'filtered', judged?.reason ?? { code: 'filter.notIncluded', params: {} });
    }
    const jobId = routeBeforehand(offer.name, context.launcher.affiliations);
    const job = jobId === undefined ? undefined : context.jobs.get(jobId);
    if (jobId === undefined || job === undefined) {
      return part(offer, 'unrouted', { code: 'route.none', params: { name: offer.name } });
    }
    const closed = context.room.take(jobId, offer.sizeBytes ?? item.sizeBytes);
    if (closed !== undefined) return { offer, verdict: 'deferred', reason: closed, jobId };
    const code = routeCodes[contentDecides(offer.name, context.launcher.affiliations)];
    return { ...part(offer, 'take', { code, params: { job: job.name } }), jobId };
  });
  const rest = restOf(parts);
  const take = parts.flatMap(({ offer, verdict: is, jobId }) =>
    is === 'take' && jobId !== null ? [{ offer, jobId, name: safeName(offer.name) }] : [],
  );
  if (take.length > 0) return { kind: 'take', take, parts, rest };
  if (done.size > 0 && row !== undefined) return { kind: 'finish', id: row.id, rest };
  if (rest.state !== 'delivered') {
    return verdictOn(item, rest.state, rest.reason ?? refused('route.none', {}), { parts });
  }
  const why = parts[0]?.reason ?? refused('item.nothingToTake', {});
  return verdictOn(item, 'filtered', why, { parts });
}

/** What is not read yet is promised to no COLD job. */
const routeCodes = {
  no: 'route.job',
  perhaps: 'route.byContent',
  alone: 'route.byContentAlone',
} as const;

/** The worst of what stays behind decides: something unrouted or put off keeps the source untouched. */
function restOf(parts: readonly PartVerdict[]): Rest {
  const worst =
    parts.find((one) => one.verdict === 'unrouted') ??
    parts.find((one) => one.verdict === 'deferred');
  if (worst === undefined) return { state: 'delivered', reason: null };
  return { state: worst.verdict === 'unrouted' ? 'unrouted' : 'deferred', reason: worst.reason };
}

const part = (
  offer: PartOffer,
  verdict: PartVerdict['verdict'],
  reason: Pick<ErrorBody, 'code' | 'params'>,
): PartVerdict => ({ offer, verdict, reason: { kind: 'refused', ...reason }, jobId: null });
