// What the ledger knows of an item, under this key or an older one, and what follows from that before its documents are looked at.
import { toErrorBody } from '../errors.ts';
import type { SourceItem } from '../sources/source.ts';
import type { KnownRow } from '../store/ledger-rows.ts';
import { type Candidate, type Judgement, type PlanContext, refused, verdictOn } from './plan.ts';

/**
 * An item that was being fetched whenever the program died is given up after this many times at least. From the
 * third time on it is fetched alone (see collect-batch), so that those fetched beside it are not blamed.
 */
const CUTS_FOR_QUARANTINE = 3;

export async function candidateOf(
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

/** Undefined where its documents decide. */
export function planEarly(
  context: PlanContext,
  { item, row, renamed }: Candidate,
): Judgement | undefined {
  // Its documents have names, but perhaps not yet their place: `recover` comes first.
  if (row?.state === 'delivering') return { kind: 'waiting' };
  if (row !== undefined && isConcluded(context, row, renamed)) return { kind: 'known' };
  if (row?.state === 'deferred' && context.cause !== 'manual' && isLater(context, row)) {
    return { kind: 'waiting' };
  }
  if (!item.readiness.ready) {
    const { reason, observation } = item.readiness;
    return verdictOn(item, 'deferred', toErrorBody(reason), { observation });
  }
  const { maxItemBytes, maxAttempts } = context.launcher.limits;
  if (maxItemBytes > 0 && item.sizeBytes > maxItemBytes) {
    const params = { sizeBytes: item.sizeBytes, maxBytes: maxItemBytes };
    return verdictOn(item, 'quarantined', refused('item.tooLarge', params));
  }
  if (row?.state === 'fetching' && row.attempts >= Math.max(maxAttempts, CUTS_FOR_QUARANTINE)) {
    return verdictOn(item, 'quarantined', refused('item.cutShort', { attempts: row.attempts }));
  }
  return undefined;
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
