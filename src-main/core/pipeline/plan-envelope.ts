// Judges an envelope as the one thing it is: its name passes the filter or not, its kind has a COLD job or not, and all of
// its files go or none. One that was delivered before, from wherever it came, is known.
import type { ErrorBody } from '#contract/error-codes';
import type { FilterVerdict } from '#contract/model/filter';
import type { EnvelopeOffer } from '../envelopes/offer.ts';
import { toErrorBody } from '../errors.ts';
import { safeName } from '../files/safe-name.ts';
import type { SourceItem } from '../sources/source.ts';
import type { KnownRow } from '../store/ledger-rows.ts';
import {
  type Judgement,
  type PartVerdict,
  type PlanContext,
  type PlannedPart,
  verdictOn,
} from './plan.ts';
import { route } from './route.ts';

type Candidate = {
  readonly item: SourceItem;
  readonly offer: EnvelopeOffer;
  readonly row: (Pick<KnownRow, 'id' | 'generation'> & Partial<KnownRow>) | undefined;
  readonly verdict: FilterVerdict | undefined;
  /** Fingerprints of those of this batch that are taken; the same again waits until they are delivered. */
  readonly taken: Set<string>;
};

type Context = Pick<PlanContext, 'launcher' | 'store' | 'jobs' | 'room'>;

/** What the filter sees of an envelope: the name of its folder, archive or file. */
export const envelopeName = ({ key }: Pick<SourceItem, 'key'>): string =>
  key.slice(key.lastIndexOf('/') + 1);

export function planEnvelope(context: Context, candidate: Candidate): Judgement {
  const { item, offer, verdict } = candidate;
  if (verdict?.accepted !== true) {
    const why = verdict?.reason ?? { code: 'filter.notIncluded', params: {} };
    return verdictOn(item, 'filtered', { kind: 'refused', ...why });
  }
  if (offer.is === 'refused') return verdictOn(item, 'quarantined', toErrorBody(offer.error));
  return earlierOf(context, candidate) ?? planFiles(context, { ...candidate, offer });
}

type Accepted = Omit<Candidate, 'offer'> & {
  readonly offer: Extract<EnvelopeOffer, { is: 'envelope' }>;
};

/** What was ordered again by hand, or is half delivered, is no repetition of itself. */
function earlierOf({ store, launcher }: Context, candidate: Candidate): Judgement | undefined {
  const { fingerprint } = candidate.item;
  if (fingerprint === null || candidate.row?.replay === 1) return undefined;
  if (candidate.taken.has(fingerprint)) return { kind: 'waiting' };
  const same = store.envelopes.sameElsewhere(launcher.id, fingerprint, candidate.row?.id);
  if (same?.state === 'delivering') return { kind: 'waiting' };
  if (same !== undefined) return { kind: 'repeated', of: same.title };
  return undefined;
}

function planFiles(context: Context, { item, offer, row, taken }: Accepted): Judgement {
  const { launcher, jobs, room, store } = context;
  const { kind } = offer.envelope;
  // The kind plays the part of the extension; a name has none here, for `zip` would mean the wrapping.
  const jobId = route('', launcher.affiliations, [kind]);
  const job = jobId === undefined ? undefined : jobs.get(jobId);
  if (jobId === undefined || job === undefined) {
    const none: ErrorBody = { kind: 'refused', code: 'route.noneOfKind', params: { kind } };
    return verdictOn(item, 'unrouted', none, { parts: all(item, 'unrouted', none, null) });
  }
  const done = new Set(
    row === undefined ? [] : store.ledger.deliveredParts(row.id, row.generation),
  );
  const wanted = item.parts.filter((part) => !done.has(part.part));
  const rest = { state: 'delivered', reason: null } as const;
  if (wanted.length === 0 && row !== undefined) return { kind: 'finish', id: row.id, rest };
  const sizeBytes = wanted.reduce((sum, part) => sum + (part.sizeBytes ?? 0), 0);
  // One delivery, though of many files: it waits for one place in the COLD job.
  const closed = room.take(jobId, sizeBytes);
  if (closed !== undefined) {
    return verdictOn(item, 'deferred', closed, { parts: all(item, 'deferred', closed, jobId) });
  }
  if (item.fingerprint !== null) taken.add(item.fingerprint);
  const take = wanted.map((one): PlannedPart => ({ offer: one, jobId, name: safeName(one.name) }));
  const why: ErrorBody = { kind: 'refused', code: 'route.job', params: { job: job.name } };
  return { kind: 'take', take, parts: all(item, 'take', why, jobId), rest };
}

const all = (
  item: SourceItem,
  verdict: PartVerdict['verdict'],
  reason: ErrorBody,
  jobId: PartVerdict['jobId'],
): PartVerdict[] => item.parts.map((offer) => ({ offer, verdict, reason, jobId }));
