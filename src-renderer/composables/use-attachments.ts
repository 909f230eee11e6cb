// Files handed over to be attached, one after the other. One that fails keeps none of the others from going on, and is named
// until more are added or the message is gone. They are kept: the program forgets what it was handed when it starts anew.
import { onScopeDispose, readonly, ref } from 'vue';
import type { Upload } from '#contract/model/outbox';
import { useBridge } from '../bridge/bridge.ts';
import { type BridgeError, toBridgeError } from '../bridge/bridge-error.ts';

export type FailedFile = { readonly name: string; readonly error: BridgeError };

export function useAttachments() {
  const bridge = useBridge();
  const files = ref<Upload[]>([]);
  const failed = ref<FailedFile[]>([]);
  const isBusy = ref(false);
  const gone = new AbortController();
  const chosen = new Map<string, File>();
  /** More may be dropped while the first are handed over. */
  const waiting: File[] = [];

  async function hand(file: File): Promise<Upload> {
    const upload = await bridge.upload(file, { signal: gone.signal });
    chosen.set(upload.id, file);
    return upload;
  }
  async function handOver(): Promise<void> {
    isBusy.value = true;
    for (let file = waiting.shift(); file !== undefined; file = waiting.shift()) {
      try {
        files.value.push(await hand(file));
      } catch (thrown) {
        if (gone.signal.aborted) return;
        failed.value.push({ name: file.name, error: toBridgeError(thrown) });
      }
    }
    isBusy.value = false;
  }
  function add(chosen: Iterable<File>): void {
    waiting.push(...chosen);
    if (waiting.length === 0 || isBusy.value) return;
    failed.value = [];
    void handOver();
  }
  function remove(id: string): void {
    files.value = files.value.filter((one) => one.id !== id);
  }
  async function handAgain(): Promise<void> {
    for (const { id } of files.value) {
      const file = chosen.get(id);
      if (file === undefined) continue;
      const upload = await hand(file);
      files.value = files.value.map((one) => (one.id === id ? upload : one));
    }
  }
  /** Asks once more, with the files handed over again, where the program has forgotten them. */
  async function sendWith<T>(ask: () => Promise<T>): Promise<T> {
    try {
      return await ask();
    } catch (thrown) {
      if (toBridgeError(thrown).code !== 'attachment.uploadGone') throw thrown;
      await handAgain();
      return ask();
    }
  }
  function clear(): void {
    files.value = [];
    chosen.clear();
    failed.value = [];
  }
  onScopeDispose(() => {
    gone.abort();
  });
  return {
    files,
    failed: readonly(failed),
    isBusy: readonly(isBusy),
    add,
    remove,
    sendWith,
    clear,
  };
}
