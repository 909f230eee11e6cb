// The core's events as server-sent events. A heartbeat tells the listener that the line is alive; a listener
// that does not read is dropped, for events only say "look again".
import type { ServerResponse } from 'node:http';
import type { EventName } from '#contract/events';
import { background } from '../background.ts';
import type { Clock, Logger } from '../ports.ts';

const HEARTBEAT_MS = 15_000;
const MAX_UNREAD_BYTES = 1024 * 1024;
const MAX_STREAMS = 32;

export interface EventStreams {
  /** False when there are too many already; then nothing was written. */
  readonly add: (response: ServerResponse) => boolean;
  readonly send: (name: EventName, payload: unknown) => void;
  readonly close: () => void;
}

export function createEventStreams(clock: Clock, logger: Logger): EventStreams {
  const streams = new Set<ServerResponse>();
  const stopped = new AbortController();
  const write = (text: string): void => {
    for (const stream of streams) {
      if (stream.writableLength > MAX_UNREAD_BYTES) stream.destroy();
      if (!stream.destroyed) stream.write(text);
    }
  };
  const beat = async (): Promise<void> => {
    for (;;) {
      await clock.sleep(HEARTBEAT_MS, stopped.signal);
      write(': still here\n\n');
    }
  };
  background(beat(), logger);
  return {
    add: (response) => {
      if (streams.size >= MAX_STREAMS) return false;
      response.writeHead(200, { 'Content-Type': 'text/event-stream; charset=utf-8' });
      response.write('retry: 2000\n\n');
      streams.add(response);
      response.once('close', () => streams.delete(response));
      // A listener that vanished: `close` follows.
      response.on('error', () => undefined);
      return true;
    },
    send: (name, payload) => {
      write(`event: ${name}\ndata: ${JSON.stringify(payload)}\n\n`);
    },
    close: () => {
      stopped.abort();
      for (const stream of streams) stream.end();
    },
  };
}
