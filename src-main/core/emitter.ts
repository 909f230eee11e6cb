// Tells listeners of the core's events; a listener that throws disturbs nobody else.
import type { EventName, EventPayload } from '#contract/events';
import { toAppError } from './errors.ts';
import type { Logger } from './ports.ts';

export type Listener = <N extends EventName>(name: N, payload: EventPayload<N>) => void;

export interface Emitter {
  emit: Listener;
  /** Returns the function that ends the subscription. */
  readonly on: (listener: Listener) => () => void;
}

export function createEmitter(logger: Logger): Emitter {
  const listeners = new Set<Listener>();
  return {
    emit: (name, payload) => {
      for (const listener of listeners) {
        try {
          listener(name, payload);
        } catch (thrown) {
          logger.log('error', 'event.listenerFailed', { message: toAppError(thrown).message });
        }
      }
    },
    on: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
