// The one window. It is there from the start, though hidden and empty, because Windows tells the end of the session to
// windows alone; its page is loaded when it is first shown. Closing hides it: the launchers work on in the tray.
import { channels } from '#contract/desktop';
import { background } from '../core/background.ts';
import type { Clock, Logger } from '../core/ports.ts';
import { windowUrl } from './app-protocol.ts';
import type { DesktopMemory } from './desktop-memory.ts';
import type { ElectronParts, WindowPart } from './electron-parts.ts';
import { webPreferences } from './hardening.ts';
import { healPage } from './page-health.ts';
import { leastSize, placeWindow } from './window-bounds.ts';

export interface MainWindow {
  readonly part: () => WindowPart;
  /** Shows it in front of the others, on the page given, else where it was. */
  readonly show: (page?: string) => void;
  /** For good. */
  readonly close: () => void;
}

export type MainWindowParts = {
  readonly electron: Pick<ElectronParts, 'createWindow' | 'screen' | 'nativeTheme'>;
  readonly memory: DesktopMemory;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly preload: string;
  readonly icon: string;
  readonly signal: AbortSignal;
  /** Told when a person closes the window; it is hidden then. */
  readonly onClosed: () => void;
};

export function createMainWindow(parts: MainWindowParts): MainWindow {
  const { electron, memory, logger } = parts;
  const window = electron.createWindow({
    title: 'Lanceur COLD',
    show: false,
    icon: parts.icon,
    minWidth: leastSize.width,
    minHeight: leastSize.height,
    ...placeNow(parts),
    backgroundColor: electron.nativeTheme.shouldUseDarkColors ? '#16181d' : '#f6f7f9',
    autoHideMenuBar: true,
    webPreferences: webPreferences(parts.preload),
  });
  let page = '/';
  let isLoaded = false;
  let isEnding = false;

  const load = (): Promise<void> => window.loadURL(windowUrl(page));
  const remember = (): void => {
    memory.set({ bounds: window.getNormalBounds(), maximized: window.isMaximized() });
  };
  window.on('close', (event) => {
    if (isEnding) return;
    event.preventDefault();
    remember();
    window.hide();
    parts.onClosed();
  });
  healPage({ ...parts, window, load });

  return {
    part: () => window,
    show: (wanted) => {
      if (wanted !== undefined) page = wanted;
      if (!window.isVisible()) {
        // A screen may have gone since.
        window.setBounds(placeNow(parts));
        if (memory.get().maximized) window.maximize();
      }
      if (!isLoaded) {
        isLoaded = true;
        // What keeps it from loading is healed by `healPage`.
        background(
          load().catch(() => undefined),
          logger,
        );
      } else if (wanted !== undefined) {
        window.webContents.send(channels.show, wanted);
      }
      if (window.isMinimized()) window.restore();
      window.show();
      window.focus();
    },
    close: () => {
      isEnding = true;
      if (window.isDestroyed()) return;
      if (isLoaded) remember();
      window.destroy();
    },
  };
}

function placeNow({ electron, memory }: Pick<MainWindowParts, 'electron' | 'memory'>) {
  const primary = electron.screen.getPrimaryDisplay();
  const others = electron.screen.getAllDisplays().filter((one) => one.id !== primary.id);
  const screens = [primary, ...others].map(({ workArea }) => workArea);
  return placeWindow(memory.get().bounds, screens);
}
