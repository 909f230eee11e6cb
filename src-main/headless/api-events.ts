// The events of a running `serve`, read from its stream of server-sent events. When the stream ends, so do the
// events: they only hasten a look, and the call that waits learns of the end by itself.
import { events, type EventName } from '#contract/events';
import type { Listener } from '../core/emitter.ts';
import { open, type LoopbackRequest } from './loopback-request.ts';

export function listenToEvents(request: LoopbackRequest, listener: Listener): void {
  const read = async (): Promise<void> => {
    const response = await open(request);
    // Few commands listen, and none at its start.
    const { createInterface } = await import('node:readline');
    let name = '';
    for await (const line of createInterface({ input: response })) {
      if (line.startsWith('event: ')) name = line.slice('event: '.length);
      if (line.startsWith('data: ')) tell(name, line.slice('data: '.length), listener);
    }
  };
  read().catch(() => undefined);
}

function tell(name: string, data: string, listener: Listener): void {
  if (!isEventName(name)) return;
  tellTyped(name, JSON.parse(data), listener);
}

function tellTyped<N extends EventName>(name: N, data: unknown, listener: Listener): void {
  const schemas: typeof events = events;
  const payload = schemas[name].safeParse(data);
  // One name's payload fits that name's listener; the compiler cannot see through the union.
  if (payload.success) Reflect.apply(listener, undefined, [name, payload.data]);
}

const isEventName = (name: string): name is EventName => Object.hasOwn(events, name);
