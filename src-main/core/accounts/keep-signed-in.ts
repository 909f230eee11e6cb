// Renews what nobody uses: providers end a sign-in that lay idle for long (Microsoft after 90 days, Google after six
// months). A failure changes nothing here: the token service has noted what counts.
import type { Account } from '#contract/model/account';
import { toAppError } from '../errors.ts';
import type { Clock, Logger } from '../ports.ts';
import type { AccountRepo } from '../store/account-repo.ts';
import type { OpenCredentials } from './credentials.ts';

const DAY_MS = 24 * 60 * 60 * 1000;
const IDLE_MS = 6 * DAY_MS;
/** A start has better things to do. */
const SETTLE_MS = 5 * 60 * 1000;

export type KeepSignedInParts = {
  readonly accounts: Pick<AccountRepo, 'list'>;
  readonly credentials: OpenCredentials;
  readonly clock: Clock;
  readonly logger: Logger;
};

/** Looks once a day until the signal aborts. */
export async function keepSignedIn(parts: KeepSignedInParts, signal: AbortSignal): Promise<void> {
  const { accounts, credentials, clock, logger } = parts;
  for (let waitMs = SETTLE_MS; ; waitMs = DAY_MS) {
    await clock.sleep(waitMs, signal);
    for (const account of accounts.list()) {
      if (!isIdle(account, clock.now())) continue;
      try {
        // Everybody who signs in with Microsoft is given Graph; the mail protocols need not even be registered.
        await credentials(account.id, signal, account.method === 'microsoft' ? 'graph' : 'mail');
      } catch (thrown) {
        if (signal.aborted) return;
        logger.log('warn', toAppError(thrown).code, { account: account.id });
      }
    }
  }
}

function isIdle({ method, signedIn }: Account, now: Date): boolean {
  // An application signs in anew whenever it needs to.
  if (signedIn?.refused !== null || method === 'microsoftApp') return false;
  const usedAt = Date.parse(signedIn.lastRefreshAt ?? signedIn.signedInAt);
  return now.getTime() - usedAt > IDLE_MS;
}
