import { describe, expect, it, vi, onTestFinished } from 'vitest';
import { nextTick, reactive, watch } from 'vue';
import { type DesktopBridge, type FilePiece, PIECE_BYTES } from '#contract/desktop';
import { createIpcBridge } from '../../../src-renderer/bridge/ipc-bridge.ts';
import { vanishedFile } from '../vanished-file.ts';

type Answer = (name: string, input: unknown) => unknown;

const idle = {
  ...{ version: '1', startedAt: 'x', allPaused: false, pausedUntil: null },
  ...{ condition: 'idle', launchers: [] },
};

/** A shell that answers as told and remembers what it was asked. */
function shell(answer: Answer) {
  const asked: { id: string; name: string; input: unknown }[] = [];
  const cancelled: string[] = [];
  const pieces: (FilePiece & { readonly id: string })[] = [];
  let tell: (name: string, payload: unknown) => void = () => undefined;
  const desktop: DesktopBridge = {
    call: (id, name, input) => {
      asked.push({ id, name, input });
      return Promise.resolve(answer(name, input));
    },
    cancel: (id) => void cancelled.push(id),
    onEvent: (listener) => {
      tell = listener;
      return () => undefined;
    },
    onShow: () => () => undefined,
    upload: (id, piece) => {
      pieces.push({ id, ...piece });
      return Promise.resolve(answer('upload', piece));
    },
    pickFolder: () => Promise.resolve('C:\\Scans'),
    openFolder: () => Promise.resolve(true),
  };
  const bridge = createIpcBridge(desktop);
  onTestFinished(bridge.close);
  const say = (name: string, payload: unknown) => {
    tell(name, payload);
  };
  return { bridge, asked, cancelled, pieces, say };
}

const ok = (value: unknown) => ({ ok: true, value });
const isUp: Answer = (name) => ok(name === 'status.get' ? idle : []);

describe('the bridge over the desktop shell', () => {
  it('gives what the core answers, parsed by the contract', async () => {
    const { bridge } = shell(isUp);

    await expect(bridge.call('launchers.list', {})).resolves.toEqual([]);
    expect(bridge.connection.value).toBe('open');
  });

  it('sends plain values, though the page works on reactive ones', async () => {
    const { bridge, asked } = shell(isUp);
    const input = reactive({ limit: 5 });

    await bridge.call('journal.list', input);

    expect(asked.at(-1)).toMatchObject({ name: 'journal.list', input: { limit: 5 } });
    expect(() => structuredClone(asked.at(-1)!.input)).not.toThrow();
  });

  it('turns an error body into an error with its code and field', async () => {
    const error = { kind: 'config', code: 'launcher.missing', params: { id: 'x' }, field: 'id' };
    const { bridge } = shell((name) => (name === 'status.get' ? ok(idle) : { ok: false, error }));

    await expect(bridge.call('launchers.list', {})).rejects.toMatchObject({
      ...{ code: 'launcher.missing', kind: 'config', field: 'id' },
    });
  });

  it.each([['no reply at all'], [{ ok: true, value: 'not a list' }]])(
    'refuses an answer that the contract does not know: %j',
    async (answer) => {
      const { bridge } = shell((name) => (name === 'status.get' ? ok(idle) : answer));

      await expect(bridge.call('launchers.list', {})).rejects.toMatchObject({
        code: 'api.badAnswer',
      });
    },
  );

  it('asks the shell to stop a call that nobody waits for any more', async () => {
    const { bridge, asked, cancelled } = shell((name) =>
      name === 'status.get' ? ok(idle) : new Promise(() => undefined),
    );
    const controller = new AbortController();
    void bridge.call('launchers.list', {}, { signal: controller.signal });
    await nextTick();

    controller.abort();

    expect(cancelled).toEqual([asked.at(-1)!.id]);
  });

  it('hands a file over in pieces, in their order', async () => {
    const file = new File([new Uint8Array(PIECE_BYTES + 5)], 'scan.pdf');
    const upload = { id: '01J0', name: 'scan.pdf', sizeBytes: file.size };
    const { bridge, pieces } = shell((name, input) => {
      if (name !== 'upload') return ok(idle);
      return ok((input as FilePiece).isLast ? upload : null);
    });

    await expect(bridge.upload(file)).resolves.toEqual(upload);

    expect(pieces.map(({ at, bytes, isLast }) => [at, bytes.length, isLast])).toEqual([
      [0, PIECE_BYTES, false],
      [PIECE_BYTES, 5, true],
    ]);
    expect(new Set(pieces.map(({ id }) => id)).size).toBe(1);
  });

  it('stops handing over a file that was refused, and gives the reason', async () => {
    const error = { kind: 'config', code: 'attachment.tooLarge', params: {} };
    const { bridge, pieces, cancelled } = shell((name) =>
      name === 'upload' ? { ok: false, error } : ok(idle),
    );

    const refused = bridge.upload(new File([new Uint8Array(3 * PIECE_BYTES)], 'x'));

    await expect(refused).rejects.toMatchObject({ code: 'attachment.tooLarge' });
    expect(pieces).toHaveLength(1);
    expect(cancelled).toEqual([pieces[0]!.id]);
  });

  it('says that a file cannot be read any more, and not that the program is gone', async () => {
    const { bridge, cancelled } = shell(isUp);

    const refused = bridge.upload(vanishedFile('scan.pdf'));

    const params = { path: 'scan.pdf' };
    await expect(refused).rejects.toMatchObject({ code: 'attachment.missing', params });
    expect(cancelled).toHaveLength(1);
  });

  it('hands on events of the contract, and no others', () => {
    const { bridge, say } = shell(isUp);
    const heard: unknown[] = [];
    bridge.on('run.started', (payload) => heard.push(payload));

    say('run.started', { launcherId: 'a' });
    say('run.started', { launcherId: 5 });
    say('strange', {});

    expect(heard).toEqual([{ launcherId: 'a' }]);
  });

  it('is lost while there is no core, asks again, and is open when there is one', async () => {
    vi.useFakeTimers();
    onTestFinished(() => void vi.useRealTimers());
    let isThere = false;
    const error = { kind: 'transient', code: 'engine.down', params: {} };
    const { bridge } = shell((name) => (isThere ? isUp(name, {}) : { ok: false, error }));
    const states: string[] = [];
    watch(bridge.connection, (state) => states.push(state), { flush: 'sync' });
    await vi.advanceTimersByTimeAsync(1);
    expect(states).toEqual(['lost']);

    isThere = true;
    await vi.advanceTimersByTimeAsync(2_000);

    expect(states).toEqual(['lost', 'open']);
  });
});
