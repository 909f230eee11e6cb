// The desktop program, put together: ground, single instance, window, tray, core, and what ties them to the machine. Electron
// comes in by parameter; everything that is started here ends with `life.end`.
import { join } from 'node:path';
import { typedCall } from '../core/api/typed-call.ts';
import { background } from '../core/background.ts';
import { createCore } from '../core/create-core.ts';
import type { Clock } from '../core/ports.ts';
import type { Texts } from '#contract/texts/texts';
import { registerWindowScheme, serveWindow } from './app-protocol.ts';
import { readWords } from './command-words.ts';
import { openDesktopMemory } from './desktop-memory.ts';
import { createUrlOpener, makeFolder, prepareGround } from './desktop-ports.ts';
import type { ElectronParts } from './electron-parts.ts';
import { createEngineHost } from './engine-host.ts';
import { type FaultyProgram, heedFaults } from './faults.ts';
import { hardenContents, hardenSession } from './hardening.ts';
import { bridgeIpc } from './ipc-bridge.ts';
import { createLife, heedSessionEnd } from './life.ts';
import { createMainWindow } from './main-window.ts';
import { createNotices } from './notices.ts';
import { heedPower } from './power.ts';
import { tellOfRuns } from './run-notices.ts';
import { createScriptDoor, withDoor } from './script-door.ts';
import { createDesktopSecretBox } from './secret-box.ts';
import { followSettings } from './settings-follower.ts';
import { becomeTheOne } from './single-instance.ts';
import { explainStartFailure } from './start-failure.ts';
import { createTrayActions } from './tray/tray-actions.ts';
import { createProgramTray } from './tray/tray.ts';
import { watchTray } from './tray/tray-watch.ts';
import type { Updater } from './updates/load-updater.ts';
import { areUpdatesForbidden, type RunProgram } from './updates/read-policy.ts';
import { createUpdates } from './updates/updates.ts';

export type DesktopWorld = {
  /** The program's words, without the program. */
  readonly words: readonly string[];
  readonly platform: NodeJS.Platform;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly dataDir: string;
  /** What is to be started at login. */
  readonly program: string;
  readonly configDir: string;
  readonly preload: string;
  /** `dist/window`. */
  readonly windowDir: string;
  readonly iconDir: string;
  readonly isInstalled: boolean;
  readonly hasUpdateFeed: boolean;
  readonly loadUpdater: () => Promise<Updater>;
  readonly process: FaultyProgram;
  readonly run?: RunProgram;
  readonly clock?: Clock;
  /** Running from the sources: development, or a test. */
  readonly checkOutputs: boolean;
};

/** Resolves when the first attempt to start the core is over; false = another program runs and was told. */
export async function startDesktop(electron: ElectronParts, world: DesktopWorld): Promise<boolean> {
  const { app } = electron;
  const { platform } = world;
  const words = readWords(world.words);
  const shell: { show: (page?: string) => void } = { show: () => undefined };
  // Chromium's own files, the keyring's key among them, beside ours: one folder = one program. Electron wants it to be there.
  const userData = join(world.dataDir, 'window');
  makeFolder(userData);
  app.setPath('userData', userData);
  app.setAppUserModelId('fr.lanceur-cold');
  if (!becomeTheOne(app, world.words, (page) => shell.show(page))) {
    app.quit();
    return false;
  }
  registerWindowScheme(electron.protocol);
  const { clock, logger, paths } = prepareGround(world.dataDir, world.clock);
  const shellLogger = logger.child('desktop');
  hardenContents(electron, shellLogger);
  await app.whenReady();
  electron.removeApplicationMenu();

  const over = new AbortController();
  const { signal } = over;
  const memory = openDesktopMemory(join(userData, 'desktop.json'), shellLogger);
  const icon = join(world.iconDir, platform === 'win32' ? 'app.ico' : 'app.png');
  const texts = (): Texts => settings.texts();
  const notices = createNotices({
    ...{ electron, clock, logger: shellLogger, icon, texts },
    wanted: () => settings.now().notify,
    show: (page) => {
      shell.show(page);
    },
  });
  heedFaults({
    ...{ program: world.process, logger: shellLogger },
    tell: (message) => {
      const body = texts().say('desktop.notice.fault', { message });
      notices.report({ setting: 'failures', page: '/', key: 'fault', body });
    },
  });
  const engine = createEngineHost({
    clock,
    logger: shellLogger,
    createCore: () =>
      createCore({
        ...{ clock, logger, paths, notifier: notices },
        secretBox: createDesktopSecretBox({ safeStorage: electron.safeStorage, platform }),
        openUrl: createUrlOpener(electron.shell),
        checkpoint: () => undefined,
      }),
    onFailure: (error) => {
      const { dialog } = electron;
      const retry = engine.retry;
      const parts = { dialog, texts: texts(), clock, logger: shellLogger, paths, retry };
      background(explainStartFailure(parts, error), shellLogger);
    },
    onStarted: () => {
      background(settings.read().finally(door.open), shellLogger);
    },
  });
  const door = createScriptDoor({
    ...{ engine, clock, logger, texts, dataDir: paths.dataDir },
    checkOutputs: world.checkOutputs,
  });
  const call = typedCall(engine.call);

  tellOfRuns({ engine, notices, texts, logger: shellLogger });
  const { program, configDir } = world;
  const settings = followSettings({
    ...{ engine, logger, autostart: { app, platform, program, configDir } },
    updates: () => updates,
    updateFacts: {
      forbidden: await areUpdatesForbidden(world),
      isPackaged: app.isPackaged,
      hasFeed: world.hasUpdateFeed,
      isInstalled: world.isInstalled,
    },
    onChanged: () => {
      watch.look();
    },
  });
  serveWindow(electron.session(), world.windowDir);
  hardenSession(electron.session(), shellLogger);
  const window = createMainWindow({
    ...{ electron, memory, clock, logger: shellLogger, icon, signal },
    preload: world.preload,
    onClosed: () => {
      if (memory.get().trayExplained) return;
      memory.set({ trayExplained: true });
      notices.tell(texts().say('desktop.closedToTray'));
    },
  });
  shell.show = window.show;
  bridgeIpc({
    ...{ electron, core: engine, clock, logger: shellLogger, checkOutputs: world.checkOutputs },
    window: window.part,
  });

  const life = createLife({
    ...{ electron, logger: shellLogger, texts },
    engine: withDoor(engine, door),
    isBusy: async () => {
      // One that is down would not answer.
      if (engine.state().kind === 'down') return false;
      return (await call('status.get', {})).launchers.some((one) => one.condition === 'running');
    },
    onStopping: () => {
      watch.look();
    },
    close: () => {
      over.abort();
      tray.close();
      window.close();
      logger.close();
    },
    leave: () => {
      if (!updates.installAtQuit()) app.exit(0);
    },
  });
  heedSessionEnd(window.part(), life, shellLogger);
  const updates = createUpdates({
    ...{ clock, logger: shellLogger, life, signal, loadUpdater: world.loadUpdater },
    onReady: (version) => {
      notices.tell(texts().say('desktop.updateReady', { version }));
      watch.look();
    },
    onInstallFailed: (restart) => {
      if (restart) app.relaunch();
      app.exit(0);
    },
  });

  const tray = createProgramTray({
    ...{ electron, platform, iconDir: join(world.iconDir, 'tray') },
    act: createTrayActions({
      ...{ call: engine.call, clock, logger: shellLogger, texts },
      show: window.show,
      quit: life.quit,
      restart: async () => {
        app.relaunch();
        await life.end();
      },
      update: updates.install,
      tell: notices.tell,
      changed: () => {
        watch.look();
      },
    }),
  });
  const watch = watchTray({
    ...{ engine, clock, logger: shellLogger, signal, texts },
    show: tray.show,
    shell: () => ({ startAtLogin: settings.now().startAtLogin, update: updates.ready() }),
    onDown: () => {
      notices.tell(texts().say('desktop.engineStopped'));
    },
  });
  heedPower({
    ...{ powerMonitor: electron.powerMonitor, logger: shellLogger },
    wake: () => {
      engine.wake();
      watch.look();
    },
    redraw: tray.redraw,
  });

  if (!words.hidden) window.show(words.page);
  await engine.start();
  return true;
}
