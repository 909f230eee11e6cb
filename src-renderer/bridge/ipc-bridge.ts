// The bridge over the desktop shell: calls and events by the preload's few functions. There is no line that could break; it
// is `lost` while the shell has no core to ask, and asks again until there is one.
import { readonly, ref } from 'vue';
import { type DesktopBridge, PIECE_BYTES } from '#contract/desktop';
import { Reply } from '#contract/envelope';
import { Upload } from '#contract/model/outbox';
import type { Bridge, ConnectionState } from './bridge.ts';
import { BridgeError, lineError, toBridgeError } from './bridge-error.ts';
import { isEventName, outputOf, payloadOf } from './contract-schemas.ts';

const ASK_AGAIN_MS = 2_000;

export type IpcBridge = Bridge & { readonly close: () => void };

export function createIpcBridge(desktop: DesktopBridge): IpcBridge {
  const connection = ref<ConnectionState>('connecting');
  const listeners = new Map<string, Set<(payload: unknown) => void>>();
  let calls = 0;
  let again: ReturnType<typeof setTimeout> | undefined;
  let isClosed = false;

  const ask = async (name: string, input: unknown, signal?: AbortSignal): Promise<unknown> => {
    if (signal?.aborted === true) throw cancelled();
    calls += 1;
    const id = String(calls);
    const cancel = (): void => {
      desktop.cancel(id);
    };
    signal?.addEventListener('abort', cancel, { once: true });
    try {
      // Structured clones carry no reactive proxies and no undefined: what JSON cannot say, the contract does not either.
      const plain: unknown = JSON.parse(JSON.stringify(input));
      return valueOf(await desktop.call(id, name, plain));
    } catch (thrown) {
      throw thrown instanceof BridgeError ? thrown : lineError('api.gone');
    } finally {
      signal?.removeEventListener('abort', cancel);
    }
  };
  const upload: Bridge['upload'] = async (file, { signal } = {}) => {
    calls += 1;
    const id = String(calls);
    try {
      for (let at = 0; ; at += PIECE_BYTES) {
        const bytes = new Uint8Array(await file.slice(at, at + PIECE_BYTES).arrayBuffer());
        if (signal?.aborted === true) throw cancelled();
        const isLast = at + PIECE_BYTES >= file.size;
        const value = valueOf(await desktop.upload(id, { name: file.name, at, bytes, isLast }));
        if (!isLast) continue;
        const taken = Upload.safeParse(value);
        if (!taken.success) throw lineError('api.badAnswer');
        return taken.data;
      }
    } catch (thrown) {
      // What was begun is not to wait for its end.
      desktop.cancel(id);
      throw toBridgeError(thrown);
    }
  };
  const heed = (thrown: unknown): void => {
    const isDown =
      thrown instanceof BridgeError && ['engine.down', 'api.gone'].includes(thrown.code);
    if (!isDown || isClosed) return;
    connection.value = 'lost';
    clearTimeout(again);
    again = setTimeout(look, ASK_AGAIN_MS);
  };
  const look = (): void => {
    ask('status.get', {}).then(() => {
      connection.value = 'open';
    }, heed);
  };
  const stop = desktop.onEvent((name, payload) => {
    if (!isEventName(name)) return;
    if (connection.value === 'lost') look();
    for (const listener of listeners.get(name) ?? []) listener(payload);
  });
  look();

  return {
    call: async (name, input, { signal } = {}) => {
      try {
        const output = outputOf(name).safeParse(await ask(name, input, signal));
        if (!output.success) throw lineError('api.badAnswer');
        return output.data;
      } catch (thrown) {
        heed(thrown);
        throw thrown;
      }
    },
    upload,
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
    connection: readonly(connection),
    reconnect: look,
    desktop: {
      pickFolder: desktop.pickFolder,
      openFolder: desktop.openFolder,
      onShow: desktop.onShow,
    },
    close: () => {
      isClosed = true;
      clearTimeout(again);
      stop();
    },
  };
}

function valueOf(answer: unknown): unknown {
  const reply = Reply.safeParse(answer);
  if (!reply.success) throw lineError('api.badAnswer');
  if (!reply.data.ok) throw new BridgeError(reply.data.error);
  return reply.data.value;
}

const cancelled = (): BridgeError =>
  new BridgeError({ kind: 'cancelled', code: 'run.cancelled', params: {} });
