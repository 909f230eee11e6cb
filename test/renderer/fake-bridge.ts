// A core for the window's tests: answers calls as told, remembers them, and tells events.
import { ref } from 'vue';
import type { CallName, CallOutput, ParsedInput } from '#contract/calls';
import { calls } from '#contract/calls';
import type { UploadId } from '#contract/ids';
import type { EventName } from '#contract/events';
import type { Bridge, ConnectionState } from '../../src-renderer/bridge/bridge.ts';

export type Answers = {
  readonly [N in CallName]?: (input: ParsedInput<N>) => CallOutput<N> | Promise<CallOutput<N>>;
};

export function fakeBridge(answers: Answers = {}) {
  const asked: { readonly name: CallName; readonly input: unknown }[] = [];
  const listeners = new Map<EventName, Set<(payload: never) => void>>();
  const connection = ref<ConnectionState>('open');
  const bridge: Bridge = {
    call: (name, input) => {
      asked.push({ name, input });
      const answer = answers[name] as ((given: unknown) => unknown) | undefined;
      if (answer === undefined) return Promise.reject(new Error(`nobody answers ${name}`));
      return Promise.resolve(answer(calls[name].input.parse(input))) as never;
    },
    upload: ({ name, size }) =>
      Promise.resolve({ id: 'upload' as UploadId, name, sizeBytes: size }),
    on: (name, listener) => {
      const group = listeners.get(name) ?? new Set();
      listeners.set(name, group.add(listener));
      return () => group.delete(listener);
    },
    connection,
    reconnect: () => undefined,
  };
  const tell = (name: EventName, payload: unknown): void => {
    for (const listener of listeners.get(name) ?? []) listener(payload as never);
  };
  return { ...bridge, connection, asked, tell };
}
