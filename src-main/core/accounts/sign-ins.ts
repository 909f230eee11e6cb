// The sign-ins that are going on: each waits for a person in a browser, may be cancelled, and ends after a time. One
// per account: a new one takes the place of the one before.
import type { AccountId } from '#contract/ids';
import { SignInId } from '#contract/ids';
import type { SignIn, SignInWay } from '#contract/model/sign-in';
import {
  AppError,
  AuthError,
  CancelledError,
  ConfigError,
  toAppError,
  toErrorBody,
} from '../errors.ts';
import { newId } from '../new-id.ts';
import type { Ports } from '../ports.ts';
import type { SignInPrompt } from './token-provider.ts';
import type { TokenService } from './token-service.ts';

/** How long a person has in the browser; a code says itself how long it lives. */
const BROWSER_MS = 10 * 60_000;
/** Ended ones are remembered for those who ask how they ended. */
const KEPT = 50;

export type SignInsParts = {
  readonly tokens: Pick<TokenService, 'signIn'>;
  readonly ports: Pick<Ports, 'clock' | 'logger' | 'openUrl'>;
  readonly onChange: (signIn: SignIn) => void;
  /** The account has tokens again. */
  readonly onDone: (id: AccountId) => void;
};

export interface SignIns {
  /** Resolves when there is something to open; throws what went wrong before that. */
  start(id: AccountId, way: SignInWay, open: boolean): Promise<SignIn>;
  /** Throws ConfigError `signIn.missing`. */
  get(id: SignInId): SignIn;
  cancel(id: SignInId): void;
  /** The account is another one now, or gone. */
  cancelOf(id: AccountId): void;
  /** Cancels all and waits for their end. */
  close(): Promise<void>;
}

type Entry = { signIn: SignIn; readonly stop: AbortController; readonly ended: Promise<void> };

export function createSignIns({ tokens, ports, onChange, onDone }: SignInsParts): SignIns {
  const { clock, logger, openUrl } = ports;
  const entries = new Map<SignInId, Entry>();

  const change = (id: SignInId, news: Partial<SignIn>): void => {
    const entry = entries.get(id);
    if (entry === undefined) return;
    entry.signIn = { ...entry.signIn, ...news };
    onChange(entry.signIn);
  };

  const attempt = async (
    first: SignIn,
    stop: AbortController,
    onPrompt: (prompt: SignInPrompt) => void,
  ): Promise<void> => {
    const { id, accountId, way } = first;
    const timer = new AbortController();
    let isLate = false;
    if (way === 'browser') {
      clock.sleep(BROWSER_MS, timer.signal).then(
        () => {
          isLate = true;
          stop.abort();
        },
        // It ended in time.
        () => undefined,
      );
    }
    try {
      const request = { way, prompt: onPrompt, signal: stop.signal };
      const { user } = await tokens.signIn(accountId, request);
      onDone(accountId);
      change(id, { state: 'done', user });
    } catch (thrown) {
      const error = isLate ? new AuthError('signIn.expired') : toAppError(thrown);
      if (error instanceof CancelledError) change(id, { state: 'cancelled' });
      else change(id, { state: 'failed', ...explained(error) });
      logger.log('warn', error.code, { account: accountId });
      throw error;
    } finally {
      timer.abort();
    }
  };

  const cancelOf = (accountId: AccountId): void => {
    for (const { signIn, stop } of entries.values()) {
      if (signIn.accountId === accountId) stop.abort();
    }
  };

  return {
    cancelOf,
    start: async (accountId, way, open) => {
      cancelOf(accountId);
      const id = SignInId.parse(newId());
      const stop = new AbortController();
      const prompted = Promise.withResolvers<SignInPrompt>();
      const signIn: SignIn = {
        ...{ id, accountId, way, state: 'waiting', url: '', code: '', expiresAt: null },
        ...{ user: null, error: null, adminConsentUrl: '' },
      };
      const work = attempt(signIn, stop, prompted.resolve);
      // Whoever waits for the prompt hears of a failure; later ones are told by the event.
      work.catch(prompted.reject);
      entries.set(id, { signIn, stop, ended: work.catch(() => undefined) });
      forgetOldest(entries);
      const { url, code, expiresAt } = await prompted.promise;
      const until = new Date(clock.now().getTime() + BROWSER_MS).toISOString();
      change(id, { url, code, expiresAt: expiresAt ?? until });
      if (open) await openUrl.open(url);
      return entries.get(id)?.signIn ?? signIn;
    },
    get: (id) => {
      const entry = entries.get(id);
      if (entry === undefined) throw new ConfigError('signIn.missing', { id });
      return entry.signIn;
    },
    cancel: (id) => {
      entries.get(id)?.stop.abort();
    },
    close: async () => {
      for (const { stop } of entries.values()) stop.abort();
      await Promise.all([...entries.values()].map(({ ended }) => ended));
    },
  };
}

function explained(error: AppError): Pick<SignIn, 'error' | 'adminConsentUrl'> {
  const { adminConsentUrl = '' } = error.params;
  return { error: toErrorBody(error), adminConsentUrl: String(adminConsentUrl) };
}

function forgetOldest(entries: Map<SignInId, Entry>): void {
  for (const [id, { signIn }] of entries) {
    if (entries.size <= KEPT) return;
    if (signIn.state !== 'waiting') entries.delete(id);
  }
}
