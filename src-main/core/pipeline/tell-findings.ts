// What an item was delivered without, for people: in its history, for nobody may have its index file.
import type { EnvelopeOffer } from '../envelopes/offer.ts';
import type { RunContext } from './run-context.ts';
import type { ClaimedItem } from './unit.ts';

/** Where the item is concluded; one that is to be fetched again will tell it again. */
export function tellFindings(
  { store, clock, launcher, runId }: Pick<RunContext, 'store' | 'clock' | 'launcher' | 'runId'>,
  { claim, order, findings = [] }: ClaimedItem,
): void {
  for (const { code, params } of [...lacksOf(order.item.envelope), ...findings]) {
    store.journal.add({
      ...{ at: clock.now().toISOString(), level: 'warn', code, params },
      ...{ launcherId: launcher.id, runId: runId(), itemId: claim.id },
    });
  }
}

/** Others tell how a file was read or found, deposit after deposit: nobody has anything to do about those. */
const LACKS: ReadonlySet<string> = new Set([
  'envelope.warning.missing',
  'envelope.warning.attachmentEmpty',
  'envelope.warning.attachmentUnreadable',
  'envelope.warning.invoiceCount',
  'envelope.warning.unreadableFile',
]);

const lacksOf = (offer: EnvelopeOffer | undefined) =>
  offer?.is === 'envelope' ? offer.envelope.warnings.filter(({ code }) => LACKS.has(code)) : [];
