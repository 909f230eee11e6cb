// The bridge of this page: over the desktop shell where its preload is there, else over the loopback API.
import { DESKTOP_BRIDGE, type DesktopBridge } from '#contract/desktop';
import type { Bridge } from './bridge.ts';
import { createHttpBridge } from './http-bridge.ts';
import { createIpcBridge } from './ipc-bridge.ts';
import { keepKey, takeKey } from './session-key.ts';

export function chooseBridge(view: Window): Bridge {
  const desktop: unknown = Reflect.get(view, DESKTOP_BRIDGE);
  if (isDesktopBridge(desktop)) return createIpcBridge(desktop);
  return createHttpBridge({
    key: takeKey(view, view.sessionStorage),
    keepKey: (key) => {
      keepKey(view.sessionStorage, key);
    },
    fetch: (path, init) => fetch(path, init),
  });
}

/** Only our own preload can put functions there; a page cannot be given one by its address. */
function isDesktopBridge(value: unknown): value is DesktopBridge {
  const names = ['call', 'cancel', 'upload', 'onEvent', 'onShow', 'pickFolder', 'openFolder'];
  return (
    typeof value === 'object' &&
    value !== null &&
    names.every((name) => typeof Reflect.get(value, name) === 'function')
  );
}
