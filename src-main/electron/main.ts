// Entry of the desktop program, and the only file that touches Electron's values. `--headless …` runs the `lanceur` command
// inside the same program, with the same keyring; everything else is the desktop. Electron becomes ready only after this file
// has been evaluated, so nothing is awaited at its top level (electron/electron#40719).
import '#contract/zod-setup';
import { existsSync, mkdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import * as electron from 'electron';
import { dataFolder } from '../core/data-folder.ts';
import type { SecretBox } from '../core/ports.ts';
import { headlessWords, readWords } from './command-words.ts';
import { type DesktopWorld, startDesktop } from './desktop.ts';
import type { ElectronParts } from './electron-parts.ts';
import { createDesktopSecretBox } from './secret-box.ts';
import { giveUp } from './start-failure.ts';
import { isInstalled } from './updates/is-installed.ts';
import { loadUpdater } from './updates/load-updater.ts';

const { app } = electron;
// Shares that do not answer hold threads of this pool; four of them would be all. Read at the pool's first use.
process.env['UV_THREADPOOL_SIZE'] ??= '16';

const words = process.argv.slice(app.isPackaged ? 1 : 2);
const command = headlessWords(words);
const environment = process.env;
const { platform } = process;
const dataDir = dataFolder({
  wanted: readWords(command ?? words).dataDir,
  environment,
  platform,
  workingDir: process.cwd(),
});

if (command !== undefined) {
  runCommand(command).catch((thrown: unknown) => {
    process.stderr.write(`${thrown instanceof Error ? (thrown.stack ?? '') : String(thrown)}\n`);
    app.exit(70);
  });
} else {
  startDesktop(parts(), world()).catch((thrown: unknown) => {
    giveUp(electron, thrown);
  });
}

async function runCommand(argv: readonly string[]): Promise<void> {
  // Its keyring's key lies there.
  const userData = join(dataDir, 'window');
  mkdirSync(userData, { recursive: true });
  app.setPath('userData', userData);
  await app.whenReady();
  const secretBox = createDesktopSecretBox({ safeStorage: electron.safeStorage, platform });
  // The command is a program of its own, built beside this one: the two shells know nothing of each other.
  const path = join(import.meta.dirname, 'lanceur-embedded.js');
  type Options = { readonly argv: readonly string[]; readonly secretBox: SecretBox };
  const built: unknown = await import(/* @vite-ignore */ pathToFileURL(path).href);
  const run: unknown = Reflect.get(Object(built), 'runProcess');
  if (typeof run !== 'function') throw new Error(`No command in ${path}.`);
  Reflect.apply(run, undefined, [{ argv, secretBox } satisfies Options]);
}

function parts(): ElectronParts {
  return {
    app,
    createWindow: (options) => new electron.BrowserWindow(options),
    createTray: (image) => new electron.Tray(image),
    createNotification: (options) => new electron.Notification(options),
    buildMenu: (template) => electron.Menu.buildFromTemplate(template),
    removeApplicationMenu: () => {
      electron.Menu.setApplicationMenu(null);
    },
    ipcMain: electron.ipcMain,
    dialog: electron.dialog,
    showOpenDialog: (options) => {
      const [window] = electron.BrowserWindow.getAllWindows();
      if (window === undefined) return electron.dialog.showOpenDialog(options);
      return electron.dialog.showOpenDialog(window, options);
    },
    shell: electron.shell,
    protocol: electron.protocol,
    session: () => electron.session.defaultSession,
    powerMonitor: electron.powerMonitor,
    nativeTheme: electron.nativeTheme,
    screen: electron.screen,
    safeStorage: electron.safeStorage,
  };
}

function world(): DesktopWorld {
  const root = join(import.meta.dirname, '..');
  return {
    words,
    platform,
    environment,
    dataDir,
    // The portable program unpacks itself to a new place at each start; what was started is what is to be started again.
    program: environment['PORTABLE_EXECUTABLE_FILE'] ?? environment['APPIMAGE'] ?? process.execPath,
    configDir: environment['XDG_CONFIG_HOME'] ?? join(homedir(), '.config'),
    preload: join(import.meta.dirname, 'preload.cjs'),
    windowDir: join(import.meta.dirname, 'window'),
    iconDir: join(root, 'resources/icons'),
    isInstalled: isInstalled({ platform, environment, executable: process.execPath }),
    hasUpdateFeed: existsSync(join(process.resourcesPath, 'app-update.yml')),
    loadUpdater,
    process,
    checkOutputs: !app.isPackaged,
  };
}
