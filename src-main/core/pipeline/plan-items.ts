// Judges one batch: for each item and each of its parts whether it is taken, and for which COLD job. Reads the
// ledger, writes nothing: the preview shows exactly what a run would do, because both ask here.
import type { ErrorBody } from '#contract/error-codes';
import type { JobId } from '#contract/ids';
import type { FilterVerdict } from '#contract/model/filter';
import { toErrorBody } from '../errors.ts';
import { safeName } from '../files/safe-name.ts';
import type { KnownRow } from '../store/ledger-rows.ts';
import type { Verdict } from '../store/ledger-repo.ts';
import type { PartOffer, SourceItem } from '../sources/source.ts';
import type { Room } from './room.ts';
import { route } from './route.ts';
import type { RunContext } from './run-context.ts';

export type PlannedPart = {
  readonly offer: PartOffer;
  readonly jobId: JobId;
  readonly name: string;
};

export type PartVerdict = {
  readonly offer: PartOffer;
  readonly verdict: 'take' | 'known' | 'filtered' | 'deferred' | 'unrouted';
  readonly reason: ErrorBody;
  readonly jobId: JobId | null;
};

/** What becomes of an item once the parts that can go have gone. */
export type Rest = {
  readonly state: 'delivered' | 'unrouted' | 'deferred';
  readonly reason: ErrorBody | null;
};

export type Plan =
  | { readonly kind: 'known'; readonly item: SourceItem }
  /** Its next attempt is still to come: nothing to write. */
  | { readonly kind: 'waiting'; readonly item: SourceItem }
  | { readonly kind: 'renamed'; readonly item: SourceItem; readonly row: KnownRow['id'] }
  | {
      readonly kind: 'verdict';
      readonly item: SourceItem;
      readonly verdict: Verdict;
      readonly parts: readonly PartVerdict[];
    }
  /** All its documents are delivered by an attempt that was cut short: only the end is missing. */
  | {
      readonly kind: 'finish';
      readonly item: SourceItem;
      readonly row: KnownRow;
      readonly rest: Rest;
    }
  | {
      readonly kind: 'take';
      readonly item: SourceItem;
      readonly take: readonly PlannedPart[];
      readonly parts: readonly PartVerdict[];
      readonly rest: Rest;
    };

export type PlanContext = Pick<
  RunContext,
  'launcher' | 'cause' | 'revision' | 'store' | 'known' | 'filter' | 'jobs' | 'clock' | 'signal'
> & {
  readonly room: Room;
  /** Whether something recorded under an older key is still where it was. */
  readonly stillThere: (location: string) => Promise<boolean>;
};

/** One plan per item, in the same order. Throws ConfigError where the filter itself is at fault. */
export async function planItems(
  context: PlanContext,
  items: readonly SourceItem[],
): Promise<Plan[]> {
  const plans = new Map<SourceItem, Plan>();
  const candidates: { item: SourceItem; row: KnownRow | undefined }[] = [];
  for (const item of items) {
    const row = context.store.ledger.find(context.launcher.id, item.key, item.version);
    const early = await planEarly(context, item, row);
    if (early === undefined) candidates.push({ item, row });
    else plans.set(item, early);
  }
  const names = candidates.flatMap(({ item }) => item.parts.map((part) => part.name));
  const verdicts =
    names.length === 0
      ? []
      : await context.filter.judge(context.launcher.filter, names, context.signal);
  let next = 0;
  for (const { item, row } of candidates) {
    const own = verdicts.slice(next, (next += item.parts.length));
    plans.set(item, planParts(context, item, row, own));
  }
  return items.flatMap((item) => plans.get(item) ?? []);
}

async function planEarly(
  context: PlanContext,
  item: SourceItem,
  row: KnownRow | undefined,
): Promise<Plan | undefined> {
  if (row === undefined && item.fingerprint !== null) {
    const same = context.store.ledger.sameFingerprint(context.launcher.id, item.fingerprint);
    for (const old of same) {
      // Only what was left at its source can come back under another key; a copy beside it is a new item.
      if (old.location === null || (await context.stillThere(old.location))) continue;
      return { kind: 'renamed', item, row: old.id };
    }
  }
  if (row !== undefined && isConcluded(context, row)) return { kind: 'known', item };
  if (row?.state === 'deferred' && context.cause !== 'manual' && isLater(context, row)) {
    return { kind: 'waiting', item };
  }
  if (!item.readiness.ready) {
    const { reason, observation } = item.readiness;
    return verdict(item, 'deferred', toErrorBody(reason), observation);
  }
  const { maxItemBytes, maxAttempts } = context.launcher.limits;
  if (maxItemBytes > 0 && item.sizeBytes > maxItemBytes) {
    const params = { sizeBytes: item.sizeBytes, maxBytes: maxItemBytes };
    return verdict(item, 'quarantined', refused('item.tooLarge', params));
  }
  if (row?.state === 'fetching' && row.attempts >= maxAttempts) {
    return verdict(item, 'quarantined', refused('item.cutShort', { attempts: row.attempts }));
  }
  return undefined;
}

function planParts(
  context: PlanContext,
  item: SourceItem,
  row: KnownRow | undefined,
  verdicts: readonly FilterVerdict[],
): Plan {
  const done = new Set(
    row === undefined ? [] : context.store.ledger.deliveredParts(row.id, row.generation),
  );
  const parts = item.parts.map((offer, index): PartVerdict => {
    const judged = verdicts[index];
    if (done.has(offer.part)) return part(offer, 'known', { code: 'part.delivered', params: {} });
    if (judged === undefined || !judged.accepted) {
      return part(offer, 'filtered', judged?.reason ?? { code: 'filter.notIncluded', params: {} });
    }
    const jobId = route(offer.name, context.launcher.affiliations);
    const job = jobId === undefined ? undefined : context.jobs.get(jobId);
    if (jobId === undefined || job === undefined) {
      return part(offer, 'unrouted', { code: 'route.none', params: { name: offer.name } });
    }
    const closed = context.room.take(jobId, offer.sizeBytes ?? 0);
    if (closed !== undefined) return { offer, verdict: 'deferred', reason: closed, jobId };
    return { ...part(offer, 'take', { code: 'route.job', params: { job: job.name } }), jobId };
  });
  const rest = restOf(parts);
  const take = parts.flatMap(({ offer, verdict: is, jobId }) =>
    is === 'take' && jobId !== null ? [{ offer, jobId, name: safeName(offer.name) }] : [],
  );
  if (take.length > 0) return { kind: 'take', item, take, parts, rest };
  if (done.size > 0 && row !== undefined) return { kind: 'finish', item, row, rest };
  if (rest.state !== 'delivered') {
    return verdict(item, rest.state, rest.reason ?? refused('route.none', {}), null, parts);
  }
  const why = parts[0]?.reason ?? refused('item.nothingToTake', {});
  return verdict(item, 'filtered', why, null, parts);
}

/** The worst of what stays behind decides: something unrouted or put off keeps the source untouched. */
function restOf(parts: readonly PartVerdict[]): Rest {
  const worst =
    parts.find((one) => one.verdict === 'unrouted') ??
    parts.find((one) => one.verdict === 'deferred');
  if (worst === undefined) return { state: 'delivered', reason: null };
  return { state: worst.verdict === 'unrouted' ? 'unrouted' : 'deferred', reason: worst.reason };
}

function isConcluded(context: PlanContext, row: KnownRow): boolean {
  if (row.replay === 1) return false;
  if (row.state === 'filtered' || row.state === 'unrouted')
    return row.revision === context.revision;
  return row.state === 'settled' || row.state === 'delivered' || row.state === 'quarantined';
}

const isLater = (context: PlanContext, row: KnownRow): boolean =>
  row.next_try_at !== null && row.next_try_at > context.clock.now().toISOString();

const refused = (code: string, params: ErrorBody['params']): ErrorBody => ({
  kind: 'refused',
  code,
  params,
});

const part = (
  offer: PartOffer,
  verdict: PartVerdict['verdict'],
  reason: Pick<ErrorBody, 'code' | 'params'>,
): PartVerdict => ({ offer, verdict, reason: { kind: 'refused', ...reason }, jobId: null });

function verdict(
  item: SourceItem,
  state: Verdict['state'],
  reason: ErrorBody,
  observation: string | null = null,
  parts: readonly PartVerdict[] = [],
): Plan {
  return { kind: 'verdict', item, verdict: { item, state, reason, observation }, parts };
}
