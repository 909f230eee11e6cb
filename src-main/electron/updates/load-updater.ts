// electron-updater, loaded only where updates are allowed: it reads files beside the program as soon as it is touched.
import type { AppUpdater } from 'electron-updater';

export type Updater = Pick<
  AppUpdater,
  'autoDownload' | 'autoInstallOnAppQuit' | 'on' | 'checkForUpdates' | 'quitAndInstall'
> & { logger: AppUpdater['logger'] };

export async function loadUpdater(): Promise<Updater> {
  const { default: module } = await import('electron-updater');
  return module.autoUpdater;
}
