// The whole desktop shell with a real core on a data folder of its own, over the stand-in; ended when the test is over.
import { EventEmitter } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { CallInput, CallName, CallOutput } from '#contract/calls';
import { channels } from '#contract/desktop';
import type { MenuItemConstructorOptions } from 'electron';
import { type DesktopWorld, startDesktop } from '../../src-main/electron/desktop.ts';
import { eventually } from '../helpers/eventually.ts';
import { fakeClock } from '../helpers/fake-clock.ts';
import { standIn } from './stand-in.ts';

export type Desktop = Awaited<ReturnType<typeof makeDesktop>>;

export async function makeDesktop(
  dir: string,
  given: Partial<DesktopWorld> & {
    readonly prepare?: (machine: ReturnType<typeof standIn>) => void;
  } = {},
) {
  const { prepare, ...world } = given;
  const machine = standIn();
  prepare?.(machine);
  const clock = fakeClock();
  const program = new EventEmitter();
  const windowDir = join(dir, 'window-files');
  mkdirSync(join(windowDir, 'assets'), { recursive: true });
  writeFileSync(join(windowDir, 'index.html'), '<!doctype html>');
  writeFileSync(join(windowDir, 'assets/main-a1.js'), 'export {}');
  const started = await startDesktop(machine.electron, {
    words: [],
    platform: 'win32',
    environment: {},
    dataDir: join(dir, 'data'),
    program: String.raw`C:\Program Files\LanceurCOLD\LanceurCOLD.exe`,
    configDir: join(dir, 'config'),
    preload: '/dist/preload.cjs',
    windowDir,
    iconDir: '/icons',
    isInstalled: true,
    hasUpdateFeed: false,
    process: program,
    loadUpdater: () => Promise.reject(new Error('no updater')),
    run: () => Promise.reject(new Error('no such key')),
    clock,
    checkOutputs: true,
    ...world,
  });
  onTestFinished(async () => {
    machine.system.answers = [1];
    machine.app.quit();
    if (started) await eventually(() => machine.app.exitCode !== undefined);
  });
  const window = machine.windows[0]!;
  const tray = machine.trays[0]!;

  return {
    ...machine,
    started,
    clock,
    program,
    window,
    tray,
    windowDir,
    /** Lets the tray look once more. */
    settle: async () => {
      await clock.advance(400);
      await new Promise((resolve) => setImmediate(resolve));
    },
    /** A call as the page makes it. */
    call: async <N extends CallName>(name: N, input: CallInput<N>): Promise<CallOutput<N>> => {
      window.contents.mainFrame.url = 'app://lanceur/index.html#/';
      const reply = (await machine.invoke(machine.from(window), channels.call, {
        id: '1',
        name,
        input,
      })) as {
        readonly ok: boolean;
        readonly value: CallOutput<N>;
        readonly error: unknown;
      };
      if (!reply.ok) throw new Error(JSON.stringify(reply.error));
      return reply.value;
    },
    /** The tray's rows as text, sub-menus with `>`. */
    menu: () => tray.menu.map(rowText),
    /** Clicks a row: its label, or a label and one below it. */
    click: (...labels: readonly string[]) => {
      let rows: readonly MenuItemConstructorOptions[] = tray.menu;
      let found: MenuItemConstructorOptions | undefined;
      for (const label of labels) {
        found = rows.find((row) => row.label === label);
        if (found === undefined)
          throw new Error(`no ${label} in ${JSON.stringify(rows.map(rowText))}`);
        rows = (found.submenu as MenuItemConstructorOptions[] | undefined) ?? [];
      }
      if (found?.enabled === false) throw new Error(`${labels.join(' > ')} cannot be clicked`);
      (found?.click as unknown as () => void)();
    },
  };
}

const rowText = (row: MenuItemConstructorOptions): string =>
  row.type === 'separator' ? '-' : `${row.label ?? ''}${row.submenu === undefined ? '' : ' >'}`;
