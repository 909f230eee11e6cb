// What Electron's security checklist asks of the shell, in one place (docs/security.md says which test proves each point):
// no navigation, no new windows, no webview, no permission, no device, no download, no request to anywhere but the window.
import { background } from '../core/background.ts';
import type { Logger } from '../core/ports.ts';
import { isWindowUrl, WINDOW_ORIGIN } from './app-protocol.ts';
import type { ElectronParts } from './electron-parts.ts';

/** Safe settings for any window that shows our page. */
export const webPreferences = (preload: string) =>
  ({
    preload,
    sandbox: true,
    contextIsolation: true,
    nodeIntegration: false,
    nodeIntegrationInWorker: false,
    nodeIntegrationInSubFrames: false,
    webSecurity: true,
    allowRunningInsecureContent: false,
    experimentalFeatures: false,
    webviewTag: false,
    navigateOnDragDrop: false,
    spellcheck: false,
    devTools: false,
  }) as const;

/** Before any window is made. What is refused is logged. */
export function hardenContents(
  { app, shell }: Pick<ElectronParts, 'app' | 'shell'>,
  logger: Logger,
): void {
  app.enableSandbox();
  app.on('web-contents-created', (_event, contents) => {
    contents.on('will-navigate', (event) => {
      if (isWindowUrl(event.url)) return;
      event.preventDefault();
      logger.log('warn', 'page.navigationRefused', { to: event.url });
    });
    contents.on('will-redirect', (event) => {
      event.preventDefault();
    });
    contents.on('will-attach-webview', (event) => {
      event.preventDefault();
      logger.log('warn', 'page.webviewRefused');
    });
    contents.setWindowOpenHandler(({ url }) => {
      // A link that leads out (a provider's page, a link of the guide) is the business of the person's own browser.
      if (URL.canParse(url) && new URL(url).protocol === 'https:') {
        background(shell.openExternal(url), logger);
      } else logger.log('warn', 'page.windowRefused', { to: url });
      return { action: 'deny' };
    });
  });
  // A certificate that Chromium refuses stays refused: nobody may click it away.
  app.on('certificate-error', (event, _contents, _url, _error, _certificate, callback) => {
    event.preventDefault();
    callback(false);
  });
}

/** Once Electron is ready, before the page is loaded. */
export function hardenSession(session: ReturnType<ElectronParts['session']>, logger: Logger): void {
  // The page copies paths and figures to the clipboard when its reader asks; it never reads it.
  const isHarmless = (permission: string): boolean => permission === 'clipboard-sanitized-write';
  session.setPermissionRequestHandler((_contents, permission, callback) => {
    if (!isHarmless(permission)) logger.log('warn', 'page.permissionRefused', { permission });
    callback(isHarmless(permission));
  });
  session.setPermissionCheckHandler((_contents, permission) => isHarmless(permission));
  session.setDevicePermissionHandler(() => false);
  session.on('will-download', (event, item) => {
    // What the page makes itself (an export, a support file) is a blob of its own origin.
    if (item.getURL().startsWith(`blob:${WINDOW_ORIGIN}/`)) return;
    event.preventDefault();
    logger.log('warn', 'page.downloadRefused', { from: item.getURL() });
  });
  session.webRequest.onBeforeRequest((details, callback) => {
    const isOurs = /^(?:app:\/\/lanceur\/|blob:app:\/\/lanceur\/|data:)/.test(details.url);
    if (!isOurs) logger.log('warn', 'page.requestRefused', { to: details.url });
    callback({ cancel: !isOurs });
  });
}
