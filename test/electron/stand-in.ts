// Electron as the shell sees it, without Electron: it keeps what it is told and lets a test be the system and the user. Its
// members have the types of electron.d.ts; what it does by itself is what Electron's documentation says, and nothing of ours.
import { EventEmitter } from 'node:events';
import { existsSync } from 'node:fs';
import type {
  BrowserWindowConstructorOptions,
  IpcMainEvent,
  IpcMainInvokeEvent,
  LaunchItems,
  MenuItemConstructorOptions,
  MessageBoxOptions,
  OpenDialogOptions,
  Settings,
} from 'electron';
import type {
  AppPart,
  ElectronParts,
  NotificationPart,
  TrayPart,
  WebContentsPart,
  WindowPart,
} from '../../src-main/electron/electron-parts.ts';

export type Box = {
  readonly width: number;
  readonly height: number;
  readonly x: number;
  readonly y: number;
};
type Handler = (event: IpcMainInvokeEvent, ...values: unknown[]) => unknown;

/** An event that can be prevented, as Electron hands them out. */
export const preventable = <T extends object>(more: T = {} as T) => {
  const event = {
    defaultPrevented: false,
    preventDefault: () => (event.defaultPrevented = true),
    ...more,
  };
  return event;
};

class StandInContents extends EventEmitter {
  readonly id: number;
  readonly mainFrame: { url: string };
  readonly sent: { channel: string; values: unknown[] }[] = [];
  windowOpen: ((details: { url: string }) => { action: string }) | undefined;
  constructor(id: number) {
    super();
    this.id = id;
    this.mainFrame = { url: 'about:blank' };
  }
  send(channel: string, ...values: unknown[]): void {
    // What cannot be cloned throws in Electron too.
    this.sent.push({ channel, values: structuredClone(values) });
  }
  isDestroyed = () => false;
  reload = () => undefined;
  setWindowOpenHandler(handler: (details: { url: string }) => { action: string }): void {
    this.windowOpen = handler;
  }
}

export class StandInWindow extends EventEmitter {
  readonly options: BrowserWindowConstructorOptions;
  readonly contents: StandInContents;
  readonly loaded: string[] = [];
  bounds: Box;
  isShown = false;
  isGone = false;
  maximized = false;
  minimized = false;
  /** Set by a test: loading fails. */
  failsToLoad = false;
  constructor(options: BrowserWindowConstructorOptions, id: number) {
    super();
    this.options = options;
    this.contents = new StandInContents(id);
    const { x = 0, y = 0, width = 800, height = 600 } = options;
    this.bounds = { x, y, width, height };
  }
  get webContents() {
    return this.contents as unknown as WebContentsPart;
  }
  loadURL(url: string): Promise<void> {
    this.loaded.push(url);
    if (this.failsToLoad) return Promise.reject(new Error('ERR_FAILED (-2) loading'));
    this.contents.mainFrame.url = url;
    return Promise.resolve();
  }
  show = () => (this.isShown = true);
  hide = () => (this.isShown = false);
  focus = () => undefined;
  isVisible = () => this.isShown;
  isMinimized = () => this.minimized;
  isMaximized = () => this.maximized;
  maximize = () => (this.maximized = true);
  restore = () => (this.minimized = false);
  getNormalBounds = () => this.bounds;
  setBounds = (bounds: Partial<Box>) => (this.bounds = { ...this.bounds, ...bounds });
  setMenuBarVisibility = () => undefined;
  isDestroyed = () => this.isGone;
  destroy = () => (this.isGone = true);
  /** As the cross does: a page that is not prevented from closing is gone. */
  userCloses(): void {
    const event = preventable();
    this.emit('close', event);
    if (!event.defaultPrevented) this.destroy();
  }
}

class StandInTray extends EventEmitter {
  image: string;
  tooltip = '';
  menu: MenuItemConstructorOptions[] = [];
  isGone = false;
  /** How often something of it was set. */
  changes = 0;
  constructor(image: string) {
    super();
    this.image = image;
  }
  setImage = (image: unknown) => void (this.changes++, (this.image = String(image)));
  setToolTip = (text: string) => void (this.changes++, (this.tooltip = text));
  setContextMenu = (menu: unknown) =>
    void (
      this.changes++,
      (this.menu = (menu as { template: MenuItemConstructorOptions[] }).template)
    );
  destroy = () => (this.isGone = true);
  isDestroyed = () => this.isGone;
}

class StandInApp extends EventEmitter {
  isPackaged = true;
  exitCode: number | undefined;
  hasLock = true;
  isSandboxed = false;
  relaunched = 0;
  readonly paths = new Map<string, string>();
  locale = 'fr-FR';
  handed: unknown;
  launchItems: LaunchItems[] = [];
  loginSettings: Settings[] = [];
  whenReady = () => Promise.resolve();
  quit = () => {
    const event = preventable();
    this.emit('before-quit', event);
    if (!event.defaultPrevented) this.exitCode = 0;
  };
  exit = (code = 0) => void (this.exitCode ??= code);
  relaunch = () => void this.relaunched++;
  enableSandbox = () => (this.isSandboxed = true);
  requestSingleInstanceLock = (handed?: unknown) => {
    this.handed = handed;
    return this.hasLock;
  };
  getLocale = () => this.locale;
  /** Throws where the folder is not there. */
  setPath = (name: string, path: string) => {
    if (!existsSync(path)) throw new Error('Failed to set path');
    this.paths.set(name, path);
  };
  setAppUserModelId = () => undefined;
  /** Without `args` and `path` given otherwise, Electron compares with those of today. */
  getLoginItemSettings = () => ({
    ...{ openAtLogin: false, openAsHidden: false, wasOpenedAtLogin: false },
    ...{ wasOpenedAsHidden: false, restoreState: false, status: '' },
    ...{ executableWillLaunchAtLogin: false, launchItems: this.launchItems },
  });
  /** One value per name under the Run key, as the registry holds them. */
  setLoginItemSettings = (settings: Settings) => {
    this.loginSettings.push(settings);
    const { name = '', path = '', args = [], enabled = true } = settings;
    this.launchItems = this.launchItems.filter((one) => one.name !== name);
    if (settings.openAtLogin) {
      this.launchItems.push({ name, path, args, scope: 'user', enabled });
    }
  };
}

export type StandIn = ReturnType<typeof standIn>;

export function standIn() {
  const app = new StandInApp();
  const windows: StandInWindow[] = [];
  const trays: StandInTray[] = [];
  const notifications: (EventEmitter & { title?: string; body?: string; isShown: boolean })[] = [];
  const handlers = new Map<string, Handler>();
  const ipc = new EventEmitter();
  const asked: MessageBoxOptions[] = [];
  const picked: OpenDialogOptions[] = [];
  const opened: string[] = [];
  const errorBoxes: string[] = [];
  const schemes: unknown[] = [];
  const power = new EventEmitter();
  const theme = Object.assign(new EventEmitter(), {
    shouldUseDarkColors: false,
    shouldUseDarkColorsForSystemIntegratedUI: false,
  });
  const session = Object.assign(new EventEmitter(), {
    protocol: {
      handle: (_scheme: string, serve: (r: Request) => Promise<Response>) => (system.serve = serve),
    },
    setPermissionRequestHandler: (handler: unknown) => void (system.permissionRequest = handler),
    setPermissionCheckHandler: (handler: unknown) => void (system.permissionCheck = handler),
    setDevicePermissionHandler: (handler: unknown) => void (system.devicePermission = handler),
    webRequest: { onBeforeRequest: (listener: unknown) => void (system.beforeRequest = listener) },
  });
  /** What a test sets and reads: the machine and its user. */
  const system = {
    displays: [{ id: 1, workArea: { x: 0, y: 0, width: 1920, height: 1040 } }],
    /** Index of the button pressed in the next boxes; the first otherwise. */
    answers: [] as number[],
    pick: { canceled: true, filePaths: [] as string[] },
    hasEncryption: true,
    backend: 'gnome_libsecret',
    key: 'k1',
    isMenuRemoved: false,
    serve: undefined as ((request: Request) => Promise<Response>) | undefined,
    permissionRequest: undefined as unknown,
    permissionCheck: undefined as unknown,
    devicePermission: undefined as unknown,
    beforeRequest: undefined as unknown,
  };
  const electron = {
    app: app as unknown as AppPart,
    createWindow: (options) => {
      const window = new StandInWindow(options, windows.length + 1);
      windows.push(window);
      app.emit('web-contents-created', {}, window.contents);
      return window as unknown as WindowPart;
    },
    createTray: (image) => {
      trays.push(new StandInTray(image));
      return trays.at(-1) as unknown as TrayPart;
    },
    createNotification: (options) => {
      const made = Object.assign(new EventEmitter(), {
        ...options,
        isShown: false,
        show: () => void (made.isShown = true),
      });
      notifications.push(made);
      return made as unknown as NotificationPart;
    },
    buildMenu: (template) => ({ template }) as never,
    removeApplicationMenu: () => void (system.isMenuRemoved = true),
    ipcMain: {
      handle: (channel: string, handler: Handler) => void handlers.set(channel, handler),
      on: ipc.on.bind(ipc),
    } as unknown as ElectronParts['ipcMain'],
    dialog: {
      showMessageBox: (options: unknown) => {
        asked.push(options as MessageBoxOptions);
        return Promise.resolve({ response: system.answers.shift() ?? 0, checkboxChecked: false });
      },
      showErrorBox: (title: string, content: string) =>
        void errorBoxes.push(`${title}: ${content}`),
    },
    showOpenDialog: (options) => {
      picked.push(options);
      return Promise.resolve(system.pick);
    },
    shell: {
      openExternal: (url) => Promise.resolve(void opened.push(url)),
      openPath: (path) => {
        opened.push(path);
        return Promise.resolve('');
      },
    },
    protocol: { registerSchemesAsPrivileged: (given) => void schemes.push(...given) },
    session: () => session as unknown as ReturnType<ElectronParts['session']>,
    powerMonitor: power as unknown as ElectronParts['powerMonitor'],
    nativeTheme: theme as unknown as ElectronParts['nativeTheme'],
    screen: {
      getAllDisplays: () => system.displays,
      getPrimaryDisplay: () => system.displays[0],
    } as unknown as ElectronParts['screen'],
    safeStorage: {
      isAsyncEncryptionAvailable: () => Promise.resolve(system.hasEncryption),
      getSelectedStorageBackend: () => system.backend as 'kwallet',
      encryptStringAsync: (text) =>
        Promise.resolve(Buffer.from(`${system.key}:${Buffer.from(text).toString('hex')}`)),
      decryptStringAsync: (bytes) => {
        const [key, body = ''] = bytes.toString().split(':');
        if (key !== system.key) return Promise.reject(new Error('Error while decrypting'));
        const result = Buffer.from(body, 'hex').toString();
        return Promise.resolve({ shouldReEncrypt: false, result });
      },
    },
  } satisfies ElectronParts;

  /** The event of a message from the page in the main frame of a window. */
  const from = (window: StandInWindow, frame: { url: string } | null = window.contents.mainFrame) =>
    ({
      sender: window.contents,
      senderFrame: frame,
      processId: 7,
    }) as unknown as IpcMainInvokeEvent & IpcMainEvent;

  return {
    ...{ electron, app, windows, trays, notifications, asked, picked, opened, schemes, errorBoxes },
    ...{ power, theme, session, system, from },
    /** As ipcRenderer.invoke: the answer travels as a structured clone. */
    invoke: async (event: IpcMainInvokeEvent, channel: string, ...values: unknown[]) =>
      structuredClone(await handlers.get(channel)?.(event, ...structuredClone(values))),
    send: (event: IpcMainEvent, channel: string, ...values: unknown[]) =>
      void ipc.emit(channel, event, ...values),
  };
}
