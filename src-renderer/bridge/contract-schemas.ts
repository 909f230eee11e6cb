// The schema of a call's output or an event's payload under its own type, which the compiler loses behind a generic name.
import type { z } from 'zod';
import { type CallName, type CallOutput, calls } from '#contract/calls';
import { type EventName, type EventPayload, events } from '#contract/events';

export function outputOf<N extends CallName>(name: N): z.ZodType<CallOutput<N>> {
  const schemas: { readonly [K in CallName]: { readonly output: z.ZodType<CallOutput<K>> } } =
    calls;
  return schemas[name].output;
}

export function payloadOf<N extends EventName>(name: N): z.ZodType<EventPayload<N>> {
  const schemas: { readonly [K in EventName]: z.ZodType<EventPayload<K>> } = events;
  return schemas[name];
}

export const isEventName = (name: string): name is EventName => Object.hasOwn(events, name);
