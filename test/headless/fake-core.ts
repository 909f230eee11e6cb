// A core that answers from a table, remembers what it was asked, and can send events.
import type { EventName, EventPayload } from '#contract/events';
import type { Listener } from '#core/emitter';
import { AppError } from '#core/errors';

export type FakeCore = {
  readonly call: (
    name: string,
    input: unknown,
    options?: { readonly signal?: AbortSignal },
  ) => Promise<unknown>;
  readonly on: (listener: Listener) => () => void;
  readonly emit: <N extends EventName>(name: N, payload: EventPayload<N>) => void;
  readonly asked: readonly { readonly name: string; readonly input: unknown }[];
  readonly listeners: () => number;
};

type Answer = (input: unknown, signal: AbortSignal) => unknown;

export function fakeCore(answers: Readonly<Record<string, Answer>> = {}): FakeCore {
  const asked: { name: string; input: unknown }[] = [];
  const listeners = new Set<Listener>();
  return {
    call: async (name, input, options = {}) => {
      asked.push({ name, input });
      const answer = answers[name];
      if (answer === undefined) throw new AppError('unexpected', 'call.unknown', { name });
      return await answer(input, options.signal ?? new AbortController().signal);
    },
    on: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    emit: (name, payload) => {
      for (const listener of listeners) listener(name, payload);
    },
    asked,
    listeners: () => listeners.size,
  };
}
