// The tray icon: shows what the model says, and is looked after. Explorer that comes back after a crash asks every program
// for its icon again; Electron answers that itself, and whoever lost it all the same gets it back when the session is
// unlocked or the machine wakes up.
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import type { ElectronParts } from '../electron-parts.ts';
import { trayTemplate } from './tray-menu.ts';
import type { TrayAction, TrayState, TrayView } from './tray-model.ts';

export interface ProgramTray {
  readonly show: (view: TrayView) => void;
  /** Draws it again, though nothing changed: another theme, another session. */
  readonly redraw: () => void;
  readonly close: () => void;
}

export type TrayParts = {
  readonly electron: Pick<ElectronParts, 'createTray' | 'buildMenu' | 'nativeTheme'>;
  readonly platform: NodeJS.Platform;
  /** `resources/icons/tray`. */
  readonly iconDir: string;
  readonly act: (action: TrayAction) => void;
};

export function createProgramTray(parts: TrayParts): ProgramTray {
  const { electron, act } = parts;
  const image = (state: TrayState): string => trayImage(parts, state);
  let shown: TrayView | undefined;
  let tray = open('busy');

  function open(state: TrayState) {
    const made = electron.createTray(image(state));
    made.on('double-click', () => {
      act({ kind: 'show', page: '/' });
    });
    return made;
  }
  const draw = (view: TrayView, before: TrayView | undefined): void => {
    if (tray.isDestroyed()) tray = open(view.state);
    if (view.state !== before?.state) tray.setImage(image(view.state));
    if (view.tooltip !== before?.tooltip) tray.setToolTip(view.tooltip);
    // An open menu is closed when it is replaced: only where it says something else.
    if (!isDeepStrictEqual(view.rows, before?.rows)) {
      tray.setContextMenu(electron.buildMenu(trayTemplate(view.rows, act)));
    }
  };
  const redraw = (): void => {
    if (shown !== undefined) draw(shown, undefined);
  };
  electron.nativeTheme.on('updated', redraw);
  return {
    show: (view) => {
      draw(view, shown);
      shown = view;
    },
    redraw,
    close: () => {
      if (!tray.isDestroyed()) tray.destroy();
    },
  };
}

/** Windows takes the size it needs out of an .ico; elsewhere the .png has larger ones beside it (`@2x`). */
function trayImage({ electron, platform, iconDir }: TrayParts, state: TrayState): string {
  const { nativeTheme } = electron;
  const isDark =
    platform === 'win32'
      ? nativeTheme.shouldUseDarkColorsForSystemIntegratedUI
      : nativeTheme.shouldUseDarkColors;
  const bar = isDark ? 'dark' : 'light';
  return join(iconDir, `${state}-${bar}.${platform === 'win32' ? 'ico' : 'png'}`);
}
