// The desktop program without Electron's binary: its whole shell with a real core in this process, its real preload and its
// real page in Chromium. Only Electron itself is stood in: what crosses between preload and shell is carried over by hand.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { createSystemClock } from '#core/clock';
import { type Desktop, makeDesktop } from '../electron/start.ts';

const root = join(import.meta.dirname, '../..');
/** Chromium knows no `app:`; nothing of this origin is ever asked of a network. */
const ORIGIN = 'https://desktop.invalid';

export async function openDesktopShell(page: Page, dir: string): Promise<Desktop> {
  const desktop = await makeDesktop(dir, {
    windowDir: join(root, 'dist/window'),
    clock: createSystemClock(),
    platform: process.platform,
  });
  const { window, system } = desktop;
  window.contents.mainFrame.url = 'app://lanceur/index.html';
  const event = desktop.from(window);
  await page.route(`${ORIGIN}/**`, async (route) => {
    const asked = route.request().url().replace(ORIGIN, 'app://lanceur');
    const answer = await system.serve!(new Request(asked));
    const body = Buffer.from(await answer.arrayBuffer());
    await route.fulfill({
      status: answer.status,
      headers: Object.fromEntries(answer.headers),
      body,
    });
  });
  await page.exposeFunction('toShell', async (way: string, channel: string, text: string) => {
    const values = JSON.parse(text, revive) as unknown[];
    if (way === 'send') desktop.send(event, channel, ...values);
    else return desktop.invoke(event, channel, ...values);
  });
  const keep = window.contents.send.bind(window.contents);
  window.contents.send = (channel, ...values) => {
    keep(channel, ...values);
    // A page that is being loaded hears of it when it asks.
    page.evaluate(hear, [channel, values] as const).catch(() => undefined);
  };
  const preload = readFileSync(join(root, 'dist/preload.cjs'), 'utf8');
  await page.addInitScript({ content: `(${String(standInPreload)})();(() => {${preload}\n})();` });
  await page.goto(`${ORIGIN}/index.html`);
  await page.locator('main h1').first().waitFor({ state: 'attached' });
  return desktop;
}

/** Bytes cross as numbers; Electron clones them. */
const revive = (_key: string, value: unknown): unknown =>
  typeof value === 'object' && value !== null && 'bytesOf' in value
    ? Uint8Array.from(value.bytesOf as number[])
    : value;

type Listener = (event: object, ...values: unknown[]) => void;
type StoodIn = Window & {
  toShell: (way: string, channel: string, text: string) => Promise<unknown>;
  listeners: Map<string, Set<Listener>>;
  require: (name: string) => unknown;
  exports: object;
};

/** Runs in the page, before the preload: the two parts of Electron that the preload asks for. */
function standInPreload(): void {
  const page = window as unknown as StoodIn;
  page.listeners = new Map();
  page.exports = {};
  const text = (values: unknown[]): string =>
    JSON.stringify(values, (_key, value: unknown) =>
      value instanceof Uint8Array ? { bytesOf: [...value] } : value,
    );
  page.require = () => ({
    contextBridge: {
      exposeInMainWorld: (name: string, api: object) => Reflect.set(page, name, api),
    },
    ipcRenderer: {
      invoke: (channel: string, ...values: unknown[]) =>
        page.toShell('invoke', channel, text(values)),
      send: (channel: string, ...values: unknown[]) =>
        void page.toShell('send', channel, text(values)),
      on: (channel: string, listener: Listener) => {
        const group = page.listeners.get(channel) ?? new Set();
        page.listeners.set(channel, group.add(listener));
      },
      off: (channel: string, listener: Listener) => page.listeners.get(channel)?.delete(listener),
    },
  });
}

function hear([channel, values]: readonly [string, readonly unknown[]]): void {
  const { listeners } = window as unknown as StoodIn;
  for (const listener of listeners.get(channel) ?? []) listener({}, ...values);
}
