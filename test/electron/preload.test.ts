// The one door between page and shell, as it is built: what it needs, what it gives, and what it lets through.
import { EventEmitter } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { runInNewContext } from 'node:vm';
import { build } from 'vite';
import { describe, expect, it } from 'vitest';
import { channels } from '#contract/desktop';
import { useTempDir } from '../helpers/temp-dir.ts';

const dir = useTempDir();
const root = join(import.meta.dirname, '../..');

describe('the preload', () => {
  /** The built file, loaded as Electron does; what it asks for, gives and listens to. */
  const loaded = async () => {
    await build({
      configFile: join(root, 'src-main/electron/vite.config.ts'),
      logLevel: 'silent',
      build: { outDir: dir() },
    });
    const code = readFileSync(join(dir(), 'preload.cjs'), 'utf8');
    const required: string[] = [];
    const given: [string, object][] = [];
    const said: unknown[][] = [];
    const ipc = new EventEmitter();
    const electron = {
      contextBridge: { exposeInMainWorld: (name: string, api: object) => given.push([name, api]) },
      ipcRenderer: {
        ...{ on: ipc.on.bind(ipc), off: ipc.off.bind(ipc) },
        ...{
          invoke: (...all: unknown[]) => said.push(all),
          send: (...all: unknown[]) => said.push(all),
        },
      },
    };
    runInNewContext(code, {
      require: (name: string) => (required.push(name), electron),
      exports: {},
      module: {},
    });
    return { code, required, given, said, ipc };
  };

  it('is one file that needs nothing but Electron, and gives the page seven functions', async () => {
    const { code, required, given } = await loaded();

    expect(required).toEqual(['electron']);
    expect(given.map(([name, api]) => [name, Object.keys(api)])).toEqual([
      ['bridge', ['call', 'cancel', 'upload', 'onEvent', 'onShow', 'pickFolder', 'openFolder']],
    ]);
    expect(code.length).toBeLessThan(4_000);
  });

  it('hands the page no event, and speaks on no channel of its choice', async () => {
    const { given, said, ipc } = await loaded();
    const page = given[0]![1] as Record<string, (...values: unknown[]) => unknown>;
    const heard: unknown[][] = [];
    const stops = ['onEvent', 'onShow'].map((name) =>
      page[name]!((...all: unknown[]) => heard.push(all)),
    );

    ipc.emit(channels.event, { sender: 'ipcRenderer' }, 'run.changed', { id: 1 });
    ipc.emit(channels.show, { sender: 'ipcRenderer' }, '/history');
    for (const stop of stops as (() => unknown)[]) expect(stop()).toBeUndefined();
    ipc.emit(channels.event, {}, 'late', {});
    for (const name of ['call', 'cancel', 'upload', 'pickFolder', 'openFolder'])
      page[name]!(
        'evil',
        { name: 'n', at: 0, bytes: 'b', isLast: true, more: 1 },
        { x: 1 },
        'more',
      );

    expect(heard).toEqual([['run.changed', { id: 1 }], ['/history']]);
    const piece = { name: 'n', at: 0, bytes: 'b', isLast: true };
    expect(said).toEqual([
      [channels.call, { id: 'evil', name: { ...piece, more: 1 }, input: { x: 1 } }],
      [channels.cancel, 'evil'],
      [channels.upload, 'evil', piece],
      [channels.pickFolder, 'evil'],
      [channels.openFolder, 'evil'],
    ]);
  });
});
