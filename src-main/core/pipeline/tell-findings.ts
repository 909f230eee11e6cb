// What turned out while an item was fetched, for people: in the history of the item, whose index file nobody may have.
import type { RunContext } from './run-context.ts';
import type { ClaimedItem } from './unit.ts';

/** Where the item is concluded; one that is to be fetched again will tell it again. */
export function tellFindings(
  { store, clock, launcher, runId }: Pick<RunContext, 'store' | 'clock' | 'launcher' | 'runId'>,
  { claim, findings = [] }: ClaimedItem,
): void {
  for (const { code, params } of findings) {
    store.journal.add({
      ...{ at: clock.now().toISOString(), level: 'warn', code, params },
      ...{ launcherId: launcher.id, runId: runId(), itemId: claim.id },
    });
  }
}
