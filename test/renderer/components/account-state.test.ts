// @vitest-environment happy-dom
import { defineComponent, h, nextTick } from 'vue';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import type { Account } from '#contract/model/account';
import type { Launcher } from '#contract/model/launcher';
import type { Status } from '#contract/model/status';
import AccountState from '../../../src-renderer/components/account/AccountState.vue';
import { useLaunchers } from '../../../src-renderer/stores/launchers.ts';
import { useStatus } from '../../../src-renderer/stores/status.ts';
import { keepTime } from '../../../src-renderer/time.ts';
import { mountWindow } from '../mount-window.ts';

type SignedIn = NonNullable<Account['signedIn']>;

/** A Microsoft account that somebody signed in with on the 5th. */
function signedInWith(given: Partial<SignedIn>) {
  const signedIn = {
    ...{ user: 'accueil@mairie.example', signedInAt: '2026-01-05T08:00:00.000Z' },
    ...{ lastRefreshAt: null, accessUntil: null, renewUntil: null, refused: null },
    ...given,
  };
  return { method: 'microsoft', hasSecret: false, signedIn };
}

const said = (given: Partial<SignedIn>): string =>
  mountWindow(AccountState, { account: signedInWith(given) }).wrapper.text();

describe('an account that is signed in', () => {
  it('shows who answered, and since when before its access was renewed for the first time', () => {
    const text = said({});

    expect(text).toContain('accueil@mairie.example');
    expect(text).toMatch(/renouvelé\s:\s0?5\D0?1/);
  });

  it('shows when its access was renewed last, and until when it lasts', () => {
    const lastRefreshAt = '2026-01-09T08:00:00.000Z';
    const text = said({ lastRefreshAt, renewUntil: '2036-04-05T08:00:00.000Z' });

    expect(text).toMatch(/renouvelé\s:\s0?9\D0?1/);
    expect(text).toMatch(/0?5\D0?4\D(?:20)?36/);
  });

  it('says what a server told its launchers, though the provider is content', async () => {
    const account = { id: 'a', ...signedInWith({}) };
    const { wrapper } = mountWindow(AccountState, { account });
    const refused = { kind: 'auth', code: 'imap.passwordRefused', params: { text: 'no mailbox' } };
    const launcher = { id: 'one', enabled: true, source: { accountId: 'a' } };
    useLaunchers().list = [launcher as unknown as Launcher];
    const launchers = [{ launcherId: 'one', pauseReason: refused }];
    useStatus().status = { launchers } as unknown as Status;
    await nextTick();

    expect(wrapper.text()).toContain('refusé par le serveur');
    expect(wrapper.text()).toContain('no mailbox');
  });

  it('warns when its end comes near while the window stands open', async () => {
    vi.useFakeTimers({ now: new Date('2026-03-01T08:00:00.000Z') });
    onTestFinished(() => {
      vi.useRealTimers();
    });
    const account = signedInWith({ renewUntil: '2026-03-15T08:01:00.000Z' });
    const frame = defineComponent(() => {
      keepTime();
      return () => h(AccountState, { account } as never);
    });
    const { wrapper } = mountWindow(frame, {});
    expect(wrapper.text()).not.toContain('expire bientôt');

    vi.advanceTimersByTime(2 * 60_000);
    await nextTick();

    expect(wrapper.text()).toContain('expire bientôt');
  });
});
