// Saving launchers, from a form or from a configuration file. A run under way was begun with the old settings: it is
// stopped first where they matter to it, so that nothing of them is written after the new ones.
import { isDeepStrictEqual } from 'node:util';
import type { LauncherId } from '#contract/ids';
import type { Launcher } from '#contract/model/launcher';
import { isOnDisk } from '#contract/model/adullact-config';
import { accountOf } from '../accounts/launchers-of.ts';
import type { CoreParts } from '../core-parts.ts';
import type { Store } from '../store/store.ts';
import type { ParsedDraft } from './check-launcher.ts';

/** What is delivered is booked; the rest is for the next run. None of them runs in the moment this resolves. */
export async function stopConcerned(
  { store, engine }: Pick<CoreParts, 'store' | 'engine'>,
  drafts: ReadonlyMap<LauncherId, ParsedDraft>,
): Promise<void> {
  const isConcerned = ([id, draft]: readonly [LauncherId, ParsedDraft]): boolean => {
    const before = store.launchers.get(id);
    if (before === undefined || engine.running(id) === undefined) return false;
    return !draft.enabled || !isDeepStrictEqual(ofRun(before), ofRun(draft));
  };
  // While the last one stops, a schedule may start the first again.
  for (;;) {
    const concerned = [...drafts].filter(isConcerned);
    if (concerned.length === 0) return;
    await Promise.all(concerned.map(([id]) => engine.stop(id)));
  }
}

/** To be called inside a transaction. */
export function writeLauncher(store: Store, id: LauncherId, draft: ParsedDraft, at: string): void {
  const before = store.launchers.get(id);
  store.launchers.save(id, draft, at);
  if (before === undefined) return;
  // The numbers of mails mean nothing in another mailbox.
  if (isOtherMailbox(before, draft)) store.ledger.retireKeys(id);
  const { pauseReason } = store.launchers.state(id);
  const signsInOtherwise = accountOf(before) !== accountOf(draft);
  if (pauseReason?.kind === 'auth' && signsInOtherwise) store.launchers.setPaused(id, false, null);
}

const ofRun = ({ source, filter, affiliations, quietSeconds, limits }: ParsedDraft | Launcher) => ({
  ...{ source, filter, affiliations, quietSeconds, limits },
});

function isOtherMailbox(before: Launcher, after: ParsedDraft): boolean {
  const a = before.source;
  const b = after.source;
  if (a.protocol !== b.protocol) return true;
  if (isOnDisk(a) || isOnDisk(b)) return false;
  if (a.accountId !== b.accountId) return true;
  const place = (one: typeof a) => ('server' in one ? one.server.host : one.mailbox);
  return place(a) !== place(b);
}
