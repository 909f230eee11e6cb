// The bridge over the loopback HTTP API of `lanceur serve`: POST /api/call, and events that reconnect by themselves.
import { readonly, ref } from 'vue';
import { Upload } from '#contract/model/outbox';
import type { Bridge, ConnectionState } from './bridge.ts';
import { BridgeError, cancelledError, lineError } from './bridge-error.ts';
import { outputOf } from './contract-schemas.ts';
import { createEventListeners } from './event-listeners.ts';
import { readEvents } from './event-stream.ts';
import { blame } from './readable-file.ts';
import { readReply } from './read-reply.ts';
import { keyIn } from './session-key.ts';

export type HttpBridgeOptions = {
  readonly key: string | undefined;
  /** Called with a key that was given later. */
  readonly keepKey: (key: string) => void;
  readonly fetch: (path: string, init: RequestInit) => Promise<Response>;
};

export type HttpBridge = Bridge & { readonly close: () => void };

const WAITS_MS = [500, 1000, 2000, 4000, 8000];

export function createHttpBridge(options: HttpBridgeOptions): HttpBridge {
  let key = options.key;
  const connection = ref<ConnectionState>('connecting');
  const events = createEventListeners();
  const closed = new AbortController();
  let tryNow: () => void = () => undefined;

  const ask = async (path: string, init: RequestInit): Promise<Response> => {
    const headers = new Headers(init.headers);
    headers.set('Authorization', `Bearer ${key ?? ''}`);
    if (!headers.has('Content-Type')) headers.set('Content-Type', 'application/json');
    const response = await options
      .fetch(path, { ...init, headers, cache: 'no-store' })
      .catch((thrown: unknown) => {
        throw init.signal?.aborted === true ? cancelledError() : lost(thrown);
      });
    if (response.status !== 401) return response;
    connection.value = 'refused';
    throw lineError('api.badToken');
  };

  const call: Bridge['call'] = async (name, input, { signal } = {}) => {
    const body = JSON.stringify({ name, input });
    const response = await ask('./api/call', { method: 'POST', body, ...(signal && { signal }) });
    return readReply(await response.json().catch(lost), outputOf(name));
  };
  const upload: Bridge['upload'] = async (file, { signal } = {}) => {
    try {
      const response = await ask(`./api/files?name=${encodeURIComponent(file.name)}`, {
        method: 'POST',
        body: file,
        headers: { 'Content-Type': 'application/octet-stream' },
        ...(signal && { signal }),
      });
      return readReply(await response.json().catch(lost), Upload);
    } catch (thrown) {
      throw await blame(file, thrown);
    }
  };

  const listenOnce = async (): Promise<void> => {
    const response = await ask('./api/events', { signal: closed.signal });
    if (!response.ok || response.body === null) throw lineError('api.gone');
    connection.value = 'open';
    await readEvents(response.body, ({ name, data }) => {
      events.tell(name, JSON.parse(data));
    });
  };

  const pause = (failures: number): Promise<void> =>
    new Promise((resolve) => {
      tryNow = resolve;
      // A key that is refused stays refused: only another one is worth a try.
      if (connection.value === 'refused') return;
      setTimeout(resolve, WAITS_MS[Math.min(failures, WAITS_MS.length - 1)]);
    });

  const listen = async (): Promise<void> => {
    let failures = 0;
    while (!closed.signal.aborted) {
      // Why the line broke does not matter here: `connection` says that it did.
      await listenOnce().catch(() => undefined);
      failures = connection.value === 'open' ? 0 : failures + 1;
      if (connection.value !== 'refused') connection.value = 'lost';
      await pause(failures);
    }
  };
  void listen();

  return {
    call,
    upload,
    on: events.on,
    connection: readonly(connection),
    reconnect: (address = '') => {
      const given = keyIn(address);
      if (given !== undefined) options.keepKey((key = given));
      connection.value = 'connecting';
      tryNow();
    },
    close: () => {
      closed.abort();
      tryNow();
    },
  };
}

const lost = (thrown: unknown): BridgeError =>
  thrown instanceof BridgeError ? thrown : lineError('api.gone');
