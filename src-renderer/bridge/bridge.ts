// The one door from the window to the core: calls by name, events, and whether the line is up. The same face over the
// loopback HTTP API and over the desktop shell.
import { type InjectionKey, inject, type Ref } from 'vue';
import type { DesktopBridge } from '#contract/desktop';
import type { CallInput, CallName, CallOutput } from '#contract/calls';
import type { EventName, EventPayload } from '#contract/events';
import type { Upload } from '#contract/model/outbox';

/**
 * `connecting`: not yet answered; `open`: events arrive; `lost`: tried again until it heals;
 * `refused`: the core does not know our key (it was restarted), only a new address helps.
 */
export type ConnectionState = 'connecting' | 'open' | 'lost' | 'refused';

export type CallOptions = { readonly signal?: AbortSignal };

export interface Bridge {
  /** Rejects with BridgeError. Both directions are parsed by the contract. */
  readonly call: <N extends CallName>(
    name: N,
    input: CallInput<N>,
    options?: CallOptions,
  ) => Promise<CallOutput<N>>;
  /** Hands a file over, to be attached to a message. Rejects with BridgeError. */
  readonly upload: (file: File, options?: CallOptions) => Promise<Upload>;
  /** Returns the way to stop listening. */
  readonly on: <N extends EventName>(
    name: N,
    listener: (payload: EventPayload<N>) => void,
  ) => () => void;
  readonly connection: Readonly<Ref<ConnectionState>>;
  /** Tries at once instead of waiting; with an address, with the key in it. */
  readonly reconnect: (address?: string) => void;
  /** What only the desktop program can do; none in a browser. */
  readonly desktop?: Pick<DesktopBridge, 'pickFolder' | 'openFolder' | 'onShow'>;
}

export const bridgeKey: InjectionKey<Bridge> = Symbol('bridge');

export function useBridge(): Bridge {
  const bridge = inject(bridgeKey);
  if (bridge === undefined) throw new Error('The window was started without a bridge.');
  return bridge;
}
