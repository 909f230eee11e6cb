// Who wants to hear which events of the core. What is not of the contract reaches nobody.
import type { EventName } from '#contract/events';
import type { Bridge } from './bridge.ts';
import { isEventName, payloadOf } from './contract-schemas.ts';

export function createEventListeners(): {
  readonly on: Bridge['on'];
  readonly tell: (name: string, payload: unknown) => void;
} {
  const listeners = new Map<EventName, Set<(payload: unknown) => void>>();
  return {
    on: (name, listener) => {
      const schema = payloadOf(name);
      const typed = (payload: unknown): void => {
        const parsed = schema.safeParse(payload);
        if (parsed.success) listener(parsed.data);
      };
      const group = listeners.get(name) ?? new Set();
      listeners.set(name, group.add(typed));
      return () => {
        group.delete(typed);
      };
    },
    tell: (name, payload) => {
      if (!isEventName(name)) return;
      for (const listener of listeners.get(name) ?? []) listener(payload);
    },
  };
}
