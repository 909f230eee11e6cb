// Judges one batch: for each item and each of its parts whether it is taken, and for which COLD job. Reads the
// ledger, writes nothing: the preview shows exactly what a run would do, because both ask here.
import type { ErrorBody } from '#contract/error-codes';
import type { ItemId, JobId } from '#contract/ids';
import type { FilterVerdict } from '#contract/model/filter';
import { toErrorBody } from '../errors.ts';
import { safeName } from '../files/safe-name.ts';
import type { KnownRow } from '../store/ledger-rows.ts';
import type { Verdict } from '../store/ledger-repo.ts';
import { judgeMails } from '../mail/mail-filter.ts';
import type { PartOffer, SourceItem } from '../sources/source.ts';
import { envelopeName, planEnvelope } from './plan-envelope.ts';
import { contentDecides, routeBeforehand } from './route.ts';
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
  readonly state: 'delivered' | 'unrouted' | 'deferred' | 'filtered';
  readonly reason: ErrorBody | null;
};

export type Plan = Judgement & {
  readonly item: SourceItem;
  /** What the ledger knows of it. */
  readonly row: KnownRow | undefined;
  /** That row stands under an older key: the item was renamed, or its mailbox numbered anew. */
  readonly renamed: boolean;
};

export type Judgement =
  | { readonly kind: 'known' }
  /** Not before its next attempt, or before a delivery that was cut is finished: nothing to write. */
  | { readonly kind: 'waiting' }
  | {
      readonly kind: 'verdict';
      readonly verdict: Verdict;
      readonly parts: readonly PartVerdict[];
    }
  /** An envelope that was delivered before, as `of`: only the fate of this copy is to be carried out. */
  | { readonly kind: 'repeated'; readonly of: string }
  /** All its documents are delivered by an attempt that was cut short: only the end is missing. */
  | { readonly kind: 'finish'; readonly id: KnownRow['id']; readonly rest: Rest }
  | {
      readonly kind: 'take';
      readonly take: readonly PlannedPart[];
      readonly parts: readonly PartVerdict[];
      readonly rest: Rest;
    };

/** An item, and its row in the ledger, if it has one. */
type Candidate = Pick<Plan, 'item' | 'row' | 'renamed'>;

export type PlanContext = Pick<
  RunContext,
  | 'launcher'
  | 'cause'
  | 'revision'
  | 'store'
  | 'known'
  | 'filter'
  | 'jobs'
  | 'room'
  | 'clock'
  | 'signal'
> & {
  /** Whether something recorded under an older key is still where it was. */
  readonly stillThere: (old: {
    readonly id: ItemId;
    readonly location: string;
  }) => Promise<boolean>;
};

/**
 * An item that was being fetched whenever the program died is given up after this many times at least. From the
 * third time on it is fetched alone (see collect-batch), so that those fetched beside it are not blamed.
 */
const CUTS_FOR_QUARANTINE = 3;

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
    if (refusal) return verdict(item, 'filtered', { kind: 'refused', ...refusal });
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
  if (closed !== undefined) return verdict(item, 'deferred', closed);
  return { kind: 'take', take: [], parts: [], rest: { state: 'delivered', reason: null } };
}

async function candidateOf(
  { store, launcher, stillThere }: PlanContext,
  item: SourceItem,
  rowsGiven: ReadonlySet<KnownRow['id']>,
): Promise<Candidate> {
  const row = store.ledger.find(launcher.id, item.key, item.version);
  if (row !== undefined || item.fingerprint === null || item.envelope !== undefined) {
    return { item, row, renamed: false };
  }
  for (const old of store.ledger.sameFingerprint(launcher.id, item.fingerprint)) {
    // Only what is no longer where it was can have got another key; a copy beside it is a new item.
    const { id, location } = old;
    if (rowsGiven.has(id) || location === null) continue;
    if (await stillThere({ id, location })) continue;
    return { item, row: store.ledger.find(launcher.id, old.key, old.version), renamed: true };
  }
  return { item, row: undefined, renamed: false };
}

function planEarly(context: PlanContext, { item, row, renamed }: Candidate): Judgement | undefined {
  // Its documents have names, but perhaps not yet their place: `recover` comes first.
  if (row?.state === 'delivering') return { kind: 'waiting' };
  if (row !== undefined && isConcluded(context, row, renamed)) return { kind: 'known' };
  if (row?.state === 'deferred' && context.cause !== 'manual' && isLater(context, row)) {
    return { kind: 'waiting' };
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
  if (row?.state === 'fetching' && row.attempts >= Math.max(maxAttempts, CUTS_FOR_QUARANTINE)) {
    return verdict(item, 'quarantined', refused('item.cutShort', { attempts: row.attempts }));
  }
  return undefined;
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
    return verdict(item, rest.state, rest.reason ?? refused('route.none', {}), null, parts);
  }
  const why = parts[0]?.reason ?? refused('item.nothingToTake', {});
  return verdict(item, 'filtered', why, null, parts);
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

/** What was refused under another name is judged anew; what was delivered is not delivered again. */
function isConcluded(context: PlanContext, row: KnownRow, renamed: boolean): boolean {
  if (row.replay === 1) return false;
  switch (row.state) {
    case 'settled':
    case 'delivered':
    case 'dismissed':
      return true;
    case 'quarantined':
      return !renamed && (row.revision === context.revision || !isUnrecognised(row));
    case 'filtered':
    case 'unrouted':
      return !renamed && row.revision === context.revision;
    case 'deferred':
    case 'fetching':
    case 'delivering':
    case 'gone':
      return false;
  }
}

/** Refused for what it is: other settings of the launcher may tell otherwise. */
const isUnrecognised = ({ reason }: KnownRow): boolean =>
  reason?.includes('"code":"envelope.') === true;

/** What a clock that has been set back since put down is no appointment: it may lie years ahead. */
function isLater({ clock }: PlanContext, row: KnownRow): boolean {
  const now = clock.now().toISOString();
  return row.next_try_at !== null && row.next_try_at > now && row.changed_at <= now;
}

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
): Judgement {
  return { kind: 'verdict', verdict: { item, state, reason, observation }, parts };
}
