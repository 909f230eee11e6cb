// The bridge over the desktop shell: calls and events by the preload's few functions. There is no line that could break; it
// is `lost` while the shell has no core to ask, and asks again until there is one.
import { readonly, ref } from 'vue';
import { z } from 'zod';
import { type DesktopBridge, PIECE_BYTES } from '#contract/desktop';
import { Upload } from '#contract/model/outbox';
import type { Bridge, ConnectionState } from './bridge.ts';
import { BridgeError, cancelledError, lineError, toBridgeError } from './bridge-error.ts';
import { outputOf } from './contract-schemas.ts';
import { createEventListeners } from './event-listeners.ts';
import { blame } from './readable-file.ts';
import { readReply } from './read-reply.ts';

const ASK_AGAIN_MS = 2_000;

export type IpcBridge = Bridge & { readonly close: () => void };

export function createIpcBridge(desktop: DesktopBridge): IpcBridge {
  const connection = ref<ConnectionState>('connecting');
  const events = createEventListeners();
  let calls = 0;
  let again: ReturnType<typeof setTimeout> | undefined;
  let isClosed = false;

  const ask = async (name: string, input: unknown, signal?: AbortSignal): Promise<unknown> => {
    if (signal?.aborted === true) throw cancelledError();
    calls += 1;
    const id = String(calls);
    const cancel = (): void => {
      desktop.cancel(id);
    };
    signal?.addEventListener('abort', cancel, { once: true });
    try {
      // Structured clones carry no reactive proxies and no undefined: what JSON cannot say, the contract does not either.
      const plain: unknown = JSON.parse(JSON.stringify(input));
      return await desktop.call(id, name, plain);
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
        // The piece of a file that is gone would be read as empty.
        const piece = file.size > PIECE_BYTES ? file.slice(at, at + PIECE_BYTES) : file;
        const bytes = new Uint8Array(await piece.arrayBuffer());
        if (signal?.aborted === true) throw cancelledError();
        const isLast = at + PIECE_BYTES >= file.size;
        const answer = await desktop.upload(id, { name: file.name, at, bytes, isLast });
        if (isLast) return readReply(answer, Upload);
        readReply(answer, z.unknown());
      }
    } catch (thrown) {
      // What was begun is not to wait for its end.
      desktop.cancel(id);
      throw toBridgeError(await blame(file, thrown));
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
    ask('status.get', {})
      .then((answer) => {
        readReply(answer, z.unknown());
        connection.value = 'open';
      })
      .catch(heed);
  };
  const stop = desktop.onEvent((name, payload) => {
    if (connection.value === 'lost') look();
    events.tell(name, payload);
  });
  look();

  return {
    call: async (name, input, { signal } = {}) => {
      try {
        return readReply(await ask(name, input, signal), outputOf(name));
      } catch (thrown) {
        heed(thrown);
        throw thrown;
      }
    },
    upload,
    on: events.on,
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
