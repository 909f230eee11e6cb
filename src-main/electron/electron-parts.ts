// What the shell uses of Electron, passed in by parameter: only main.ts imports its values, so that everything else runs on
// plain Node against a stand-in of the same types.
import type * as electron from 'electron';

export type AppPart = Pick<
  electron.App,
  | 'isPackaged'
  | 'whenReady'
  | 'on'
  | 'quit'
  | 'exit'
  | 'relaunch'
  | 'enableSandbox'
  | 'requestSingleInstanceLock'
  | 'getLocale'
  | 'setPath'
  | 'setAppUserModelId'
  | 'getLoginItemSettings'
  | 'setLoginItemSettings'
>;

export type WebContentsPart = Pick<
  electron.WebContents,
  'id' | 'mainFrame' | 'on' | 'send' | 'isDestroyed' | 'setWindowOpenHandler' | 'reload'
>;

export type WindowPart = Pick<
  electron.BrowserWindow,
  | 'on'
  | 'loadURL'
  | 'show'
  | 'hide'
  | 'focus'
  | 'isVisible'
  | 'isMinimized'
  | 'isMaximized'
  | 'maximize'
  | 'restore'
  | 'getNormalBounds'
  | 'setBounds'
  | 'destroy'
  | 'isDestroyed'
  | 'setMenuBarVisibility'
> & { readonly webContents: WebContentsPart };

export type TrayPart = Pick<
  electron.Tray,
  'setImage' | 'setToolTip' | 'setContextMenu' | 'on' | 'destroy' | 'isDestroyed'
>;

export type NotificationPart = Pick<electron.Notification, 'on' | 'show'>;

export type ElectronParts = {
  readonly app: AppPart;
  readonly createWindow: (options: electron.BrowserWindowConstructorOptions) => WindowPart;
  /** `image` is a path. */
  readonly createTray: (image: string) => TrayPart;
  readonly createNotification: (
    options: electron.NotificationConstructorOptions,
  ) => NotificationPart;
  readonly buildMenu: (template: electron.MenuItemConstructorOptions[]) => electron.Menu;
  readonly removeApplicationMenu: () => void;
  readonly ipcMain: Pick<electron.IpcMain, 'handle' | 'on'>;
  readonly dialog: Pick<electron.Dialog, 'showMessageBox' | 'showErrorBox'>;
  /** In front of the window, which waits for it. */
  readonly showOpenDialog: (
    options: electron.OpenDialogOptions,
  ) => Promise<electron.OpenDialogReturnValue>;
  readonly shell: Pick<electron.Shell, 'openExternal' | 'openPath'>;
  readonly protocol: Pick<electron.Protocol, 'registerSchemesAsPrivileged'>;
  /** The session of the window; after `whenReady`. */
  readonly session: () => Pick<
    electron.Session,
    | 'setPermissionRequestHandler'
    | 'setPermissionCheckHandler'
    | 'setDevicePermissionHandler'
    | 'on'
    | 'webRequest'
  > & { readonly protocol: Pick<electron.Protocol, 'handle'> };
  readonly powerMonitor: Pick<electron.PowerMonitor, 'on'>;
  readonly nativeTheme: Pick<
    electron.NativeTheme,
    'on' | 'shouldUseDarkColors' | 'shouldUseDarkColorsForSystemIntegratedUI'
  >;
  readonly screen: Pick<electron.Screen, 'getAllDisplays' | 'getPrimaryDisplay'>;
  readonly safeStorage: Pick<
    electron.SafeStorage,
    | 'isAsyncEncryptionAvailable'
    | 'encryptStringAsync'
    | 'decryptStringAsync'
    | 'getSelectedStorageBackend'
  >;
};
