// Items whose documents are known only once they are read (a POP3 mail, a mail with a container): judged by the same rules as
// the others, only later, between their claim and their delivery.
import { toErrorBody } from '../errors.ts';
import type { FoundContents, SettleOrder, Source, SourceItem } from '../sources/source.ts';
import type { Conclusion } from '../store/ledger-repo.ts';
import type { Judgement, Rest } from './plan.ts';
import { judgeItems } from './plan-items.ts';
import type { RunContext } from './run-context.ts';
import { untouched } from './failure.ts';
import { tellFindings } from './tell-findings.ts';
import type { ClaimedItem } from './unit.ts';

/** The claimed item with what it is now known to hold, and which of it is wanted. */
export async function chooseParts(
  context: RunContext,
  claimed: ClaimedItem,
  found: FoundContents,
): Promise<ClaimedItem> {
  const { claim } = claimed;
  const item = opened(claimed.order.item, found);
  const [judgement] = await judgeItems(context, [{ item, row: claim }]);
  const { take, rest } = outcomeOf(judgement);
  const order = { item, parts: take.map((part) => part.offer) };
  return { order, claim, parts: take, rest, findings: found.findings ?? [] };
}

/** An unread item with what reading it brought to light. */
export function opened(item: SourceItem, found: FoundContents): SourceItem {
  const { unread: _, ...known } = item;
  return {
    ...known,
    title: found.title === '' ? item.title : found.title,
    receivedAt: found.receivedAt ?? item.receivedAt,
    parts: found.parts,
    facts: { ...item.facts, ...found.facts },
  };
}

function outcomeOf(judgement: Judgement | undefined): {
  readonly take: ClaimedItem['parts'];
  readonly rest: Rest;
} {
  if (judgement?.kind === 'take') return judgement;
  if (judgement?.kind === 'finish') return { take: [], rest: judgement.rest };
  if (judgement?.kind !== 'verdict') return { take: [], rest: { state: 'deferred', reason: null } };
  const { state, reason } = judgement.verdict;
  // Only the listing quarantines; what is read is turned down, unrouted or put off.
  return { take: [], rest: { state: state === 'quarantined' ? 'deferred' : state, reason } };
}

/**
 * The fate of the rejected comes before their verdict is written. `source` null: the connection is lost, so that those with a
 * fate are given back; the next run reads them again.
 */
export async function rejectRead(
  context: RunContext,
  source: Source | null,
  rejected: readonly ClaimedItem[],
): Promise<void> {
  const isLeft = context.settlePlan('rejected').when === 'never';
  const orders = rejected.map(orderOf);
  const outcomes = isLeft || !source ? [] : await source.settle(orders, context.signal);
  const conclusions = rejected.map(({ claim, rest }, index): Conclusion => {
    const base = { id: claim.id, nextTryAt: null, settleDueAt: null };
    const verdict = { ...base, state: 'filtered' as const, reason: rest.reason };
    if (isLeft) return verdict;
    const outcome = outcomes[index];
    if (outcome === undefined) {
      return untouched(
        claim,
        rest.reason ?? { kind: 'refused', code: 'item.nothingToTake', params: {} },
      );
    }
    if (outcome.ok || outcome.error.kind === 'gone') return verdict;
    return untouched(claim, toErrorBody(outcome.error));
  });
  context.store.ledger.conclude(context.clock.now().toISOString(), conclusions);
  context.checkpoint('ledger.verdicts');
  for (const [index, one] of rejected.entries()) {
    const { order } = one;
    const isFiltered = conclusions[index]?.state === 'filtered';
    if (isFiltered) tellFindings(context, one);
    context.tally.item(isFiltered ? 'filtered' : 'deferred');
    if (isFiltered) context.known.add(order.item.key, order.item.version);
  }
}

const orderOf = ({ order }: ClaimedItem): SettleOrder => ({
  key: order.item.key,
  version: order.item.version,
  location: order.item.location,
  as: 'rejected',
});
