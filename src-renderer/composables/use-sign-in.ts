// A sign-in with a provider while it goes on: started, followed by the core's events, cancelled when nobody waits for it any more.
import { computed, onScopeDispose, ref, shallowRef } from 'vue';
import type { AccountId } from '#contract/ids';
import type { SignIn, SignInWay } from '#contract/model/sign-in';
import { useBridge } from '../bridge/bridge.ts';
import { useAction } from './use-action.ts';

export function useSignIn() {
  const bridge = useBridge();
  const current = shallowRef<SignIn | null>(null);
  const now = ref(Date.now());
  const ticking = setInterval(() => {
    now.value = Date.now();
  }, 1000);

  const start = useAction(async (_signal, id: AccountId, way: SignInWay) => {
    await cancel();
    current.value = await bridge.call('accounts.startSignIn', { id, way, open: false });
  });
  const stop = bridge.on('signIn.changed', (changed) => {
    if (changed.id === current.value?.id) current.value = changed;
  });
  const cancel = async (): Promise<void> => {
    const waiting = current.value?.state === 'waiting' ? current.value : null;
    current.value = null;
    // It may have ended by itself a moment ago.
    if (waiting !== null) {
      await bridge.call('accounts.cancelSignIn', { id: waiting.id }).catch(() => undefined);
    }
  };
  const secondsLeft = computed(() => {
    const end = current.value?.expiresAt ?? null;
    return end === null ? null : Math.max(0, Math.round((Date.parse(end) - now.value) / 1000));
  });
  onScopeDispose(() => {
    clearInterval(ticking);
    stop();
    void cancel();
  });
  return { current, start, cancel, secondsLeft };
}
