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

  /** The event may be here before the answer to the call. */
  let told: SignIn | null = null;

  const start = useAction(async (signal, id: AccountId, way: SignInWay) => {
    await cancel();
    const begun = await bridge.call('accounts.startSignIn', { id, way, open: false });
    // Nobody waits for it any more: the dialog was closed meanwhile.
    if (signal.aborted) await end(begun);
    else current.value = told?.id === begun.id ? told : begun;
  });
  const stop = bridge.on('signIn.changed', (changed) => {
    told = changed;
    if (changed.id === current.value?.id) current.value = changed;
  });
  const end = async ({ id, state }: SignIn): Promise<void> => {
    if (state !== 'waiting') return;
    // It may have ended by itself a moment ago.
    await bridge.call('accounts.cancelSignIn', { id }).catch(() => undefined);
  };
  const cancel = async (): Promise<void> => {
    const { value: waiting } = current;
    current.value = null;
    if (waiting !== null) await end(waiting);
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
