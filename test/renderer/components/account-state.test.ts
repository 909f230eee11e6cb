// @vitest-environment happy-dom
import { describe, expect, it } from 'vitest';
import type { Account } from '#contract/model/account';
import AccountState from '../../../src-renderer/components/account/AccountState.vue';
import { mountWindow } from '../mount-window.ts';

/** What the window says of a Microsoft account that somebody signed in with on the 5th. */
function said(given: Partial<NonNullable<Account['signedIn']>>): string {
  const signedIn = {
    ...{ user: 'accueil@mairie.example', signedInAt: '2026-01-05T08:00:00.000Z' },
    ...{ lastRefreshAt: null, accessUntil: null, renewUntil: null, refused: null },
    ...given,
  };
  const account = { method: 'microsoft', hasSecret: false, signedIn };
  return mountWindow(AccountState, { account }).wrapper.text();
}

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
});
