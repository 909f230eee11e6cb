// @vitest-environment happy-dom
import { flushPromises } from '@vue/test-utils';
import { describe, expect, it, onTestFinished } from 'vitest';
import { effectScope } from 'vue';
import type { AccountId, SignInId } from '#contract/ids';
import type { SignIn } from '#contract/model/sign-in';
import { useSignIn } from '../../../src-renderer/composables/use-sign-in.ts';
import { insideWindow } from '../mount-window.ts';

const account = 'a' as AccountId;
const begun: SignIn = {
  ...{ id: 's' as SignInId, accountId: account, way: 'browser', state: 'waiting', url: 'http://x' },
  ...{ code: '', expiresAt: null, user: null, error: null, adminConsentUrl: '' },
};

function signingIn() {
  const answer = Promise.withResolvers<SignIn>();
  const scope = effectScope();
  const { bridge, value } = insideWindow(
    { 'accounts.startSignIn': () => answer.promise, 'accounts.cancelSignIn': () => ({}) },
    () => scope.run(useSignIn)!,
  );
  onTestFinished(() => {
    scope.stop();
  });
  return { bridge, scope, signIn: value, answer };
}

describe('a sign-in', () => {
  it('is ended when its dialog was closed before it had begun', async () => {
    const { bridge, scope, signIn, answer } = signingIn();
    void signIn.start.run(account, 'browser');
    await flushPromises();
    scope.stop();

    answer.resolve(begun);
    await flushPromises();

    expect(bridge.asked.at(-1)).toEqual({ name: 'accounts.cancelSignIn', input: { id: 's' } });
  });

  it('shows its end though the event came before the answer', async () => {
    const { bridge, signIn, answer } = signingIn();
    void signIn.start.run(account, 'browser');
    await flushPromises();

    bridge.tell('signIn.changed', { ...begun, state: 'failed' });
    answer.resolve(begun);
    await flushPromises();

    expect(signIn.current.value?.state).toBe('failed');
  });
});
