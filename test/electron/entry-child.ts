// The built entry of the desktop program over the stand-in, in a process of its own. The stand-in becomes ready as Electron does:
// only after the entry has been evaluated. Prints what was said before that and what came of it, as one line of JSON.
import { registerHooks } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { eventually } from '../helpers/eventually.ts';
import { standIn } from './stand-in.ts';

const root = join(import.meta.dirname, '../..');
const machine = standIn();
const { app, electron, windows, trays, schemes, errorBoxes } = machine;
const ready = Promise.withResolvers<void>();
app.isPackaged = false;
app.whenReady = () => ready.promise;
Object.assign(process, { resourcesPath: root });

/** A class of Electron's whose instances are the stand-in's. */
const made = (make: (first: never) => object) =>
  function construct(this: unknown, first: never) {
    return make(first);
  };
const module = {
  ...{ app, ipcMain: electron.ipcMain, dialog: electron.dialog, shell: electron.shell },
  ...{ protocol: electron.protocol, session: { defaultSession: electron.session() } },
  ...{ powerMonitor: electron.powerMonitor, nativeTheme: electron.nativeTheme },
  ...{ screen: electron.screen, safeStorage: electron.safeStorage },
  BrowserWindow: made(electron.createWindow),
  Tray: made(electron.createTray),
  Notification: made(electron.createNotification),
  Menu: {
    buildFromTemplate: electron.buildMenu,
    setApplicationMenu: electron.removeApplicationMenu,
  },
};
Object.assign(globalThis, { electronStandIn: module });
registerHooks({
  resolve: (specifier, context, next) =>
    specifier === 'electron'
      ? { url: 'stand-in:electron', format: 'module', shortCircuit: true }
      : next(specifier, context),
  load: (url, context, next) => {
    if (url !== 'stand-in:electron') return next(url, context);
    const source = `export const { ${Object.keys(module).join(', ')} } = globalThis.electronStandIn;`;
    return { format: 'module', shortCircuit: true, source };
  },
});

await import(pathToFileURL(join(root, 'dist/desktop-main.js')).href);
const early = { isSandboxed: app.isSandboxed, schemes: schemes.length, windows: windows.length };
ready.resolve();
if (!process.argv.includes('--headless')) {
  await eventually(() => errorBoxes.length > 0 || trays[0]?.tooltip.includes('Lanceur COLD : '));
  await eventually(() => errorBoxes.length > 0 || !trays[0]?.image.includes('busy'));
  const { image = '', tooltip = '' } = trays[0] ?? {};
  const { exitCode } = app;
  process.stdout.write(JSON.stringify({ early, image, tooltip, errorBoxes, exitCode }));
  if (exitCode === undefined) app.quit();
  await eventually(() => app.exitCode !== undefined);
  process.exit();
}
