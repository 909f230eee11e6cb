// What docs/security.md claims of the desktop shell, point by point.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { channels } from '#contract/desktop';
import { ConfigError } from '#core/errors';
import { isWindowUrl } from '../../src-main/electron/app-protocol.ts';
import { createUrlOpener } from '../../src-main/electron/desktop-ports.ts';
import { createDesktopSecretBox } from '../../src-main/electron/secret-box.ts';
import { jobDraft } from '../helpers/make-config.ts';
import { useTempDir } from '../helpers/temp-dir.ts';
import { preventable, standIn, type StandInWindow } from './stand-in.ts';
import { makeDesktop } from './start.ts';

const dir = useTempDir();

describe('the window', () => {
  it('is sandboxed and isolated, without Node, webview or developer tools', async () => {
    const { window, app } = await makeDesktop(dir());

    expect(app.isSandboxed).toBe(true);
    // All of them: one that is named nowhere else (a Blink feature, say) is a fault too.
    expect(window.options.webPreferences).toEqual({
      ...{ sandbox: true, contextIsolation: true, nodeIntegration: false, webSecurity: true },
      ...{ nodeIntegrationInWorker: false, nodeIntegrationInSubFrames: false },
      ...{ webviewTag: false, allowRunningInsecureContent: false, devTools: false },
      ...{ experimentalFeatures: false, navigateOnDragDrop: false, spellcheck: false },
      preload: '/dist/preload.cjs',
    });
  });

  it('loads nothing but the page of the program, under a strict policy', async () => {
    const { window, system } = await makeDesktop(dir());
    expect(window.loaded.every((url) => url.startsWith('app://lanceur/'))).toBe(true);

    const page = await system.serve!(new Request('app://lanceur/index.html'));

    const policy = page.headers.get('content-security-policy');
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("script-src 'self'");
    expect(policy).not.toMatch(/unsafe|https?:/);
    expect(page.headers.get('x-content-type-options')).toBe('nosniff');
  });

  it.each([
    'app://lanceur/assets/../../secret.js',
    'app://lanceur/assets/..%2f..%2fsecret.js',
    'app://lanceur/assets/%2e%2e/secret.js',
    'app://lanceur/secret.js',
    'app://other/index.html',
    'app://lanceur/C:/Windows/win.ini',
  ])('gives no other file of the disk: %s', async (url) => {
    const { system, windowDir } = await makeDesktop(dir());
    writeFileSync(join(windowDir, '../secret.js'), 'secret');
    writeFileSync(join(windowDir, 'secret.js'), 'secret');

    const answer = await system.serve!(new Request(url));

    expect([answer.status, await answer.text()]).toEqual([404, '']);
  });

  it('does not take what only a server would: a POST', async () => {
    const { system } = await makeDesktop(dir());

    const answer = await system.serve!(new Request('app://lanceur/', { method: 'POST' }));

    expect(answer.status).toBe(405);
  });

  it('goes nowhere else, opens no window, and takes no webview', async () => {
    const { window } = await makeDesktop(dir());
    const away = preventable({ url: 'https://example.org/' });
    const home = preventable({ url: 'app://lanceur/index.html#/history' });
    const webview = preventable();
    const redirect = preventable();

    window.contents.emit('will-navigate', away);
    window.contents.emit('will-navigate', home);
    window.contents.emit('will-attach-webview', webview);
    window.contents.emit('will-redirect', redirect);

    expect([away, home, webview, redirect].map((one) => one.defaultPrevented)).toEqual([
      ...[true, false, true, true],
    ]);
    expect(window.contents.windowOpen!({ url: 'https://example.org' })).toEqual({ action: 'deny' });
  });

  it("leaves a link that leads out to the system's browser, and any other address alone", async () => {
    const { window, opened } = await makeDesktop(dir());
    const follow = (url: string) => window.contents.windowOpen!({ url });

    const answers = ['https://microsoft.com/devicelogin', 'file:///C:/evil.exe', 'x'].map(follow);

    expect(answers).toEqual(Array(3).fill({ action: 'deny' }));
    expect(opened).toEqual(['https://microsoft.com/devicelogin']);
  });

  it('gets no permission and no device, but may copy text', async () => {
    const { system } = await makeDesktop(dir());
    const ask = system.permissionRequest as (
      contents: unknown,
      permission: string,
      answer: (granted: boolean) => void,
    ) => void;
    const check = system.permissionCheck as (contents: unknown, permission: string) => boolean;
    const names = ['media', 'geolocation', 'notifications', 'openExternal', 'fileSystem', 'hid'];
    const granted: string[] = [];
    for (const name of [...names, 'clipboard-read', 'clipboard-sanitized-write']) {
      ask(null, name, (yes) => void (yes && granted.push(name)));
      if (check(null, name)) granted.push(`check ${name}`);
    }

    expect(granted).toEqual(['clipboard-sanitized-write', 'check clipboard-sanitized-write']);
    expect((system.devicePermission as () => boolean)()).toBe(false);
  });

  it.each([
    ['https://example.org/x.js', true],
    ['http://127.0.0.1:9999/', true],
    ['file:///etc/passwd', true],
    ['devtools://devtools/bundled/inspector.html', true],
    ['app://lanceur.evil/x', true],
    ['app://lanceur/assets/main.js', false],
  ])('asks no other place for anything: %s', async (url, cancel) => {
    const { system } = await makeDesktop(dir());
    const answers: unknown[] = [];

    (system.beforeRequest as (details: unknown, answer: (a: unknown) => void) => void)(
      { url },
      (answer) => answers.push(answer),
    );

    expect(answers).toEqual([{ cancel }]);
  });

  it('downloads only what the page made itself', async () => {
    const { session } = await makeDesktop(dir());
    const [foreign, own] = [preventable(), preventable()];

    session.emit('will-download', foreign, { getURL: () => 'https://example.org/setup.exe' });
    session.emit('will-download', own, { getURL: () => 'blob:app://lanceur/1-2-3' });

    expect([foreign.defaultPrevented, own.defaultPrevented]).toEqual([true, false]);
  });

  it('refuses a certificate that is refused, without a way round', async () => {
    const { app } = await makeDesktop(dir());
    const event = preventable();
    const answers: boolean[] = [];

    app.emit('certificate-error', event, {}, 'https://x', 'ERR', {}, (yes: boolean) =>
      answers.push(yes),
    );

    expect([event.defaultPrevented, answers]).toEqual([true, [false]]);
  });

  it('registers its scheme as a secure one without rights over CSP, before anything is shown', async () => {
    const { schemes } = await makeDesktop(dir());

    expect(schemes).toEqual([
      {
        scheme: 'app',
        privileges: { standard: true, secure: true, supportFetchAPI: true, codeCache: true },
      },
    ]);
  });
});

describe('a message to the shell', () => {
  const list = { id: '1', name: 'launchers.list', input: {} };
  const page = 'app://lanceur/index.html#/';

  it.each<[string, (window: StandInWindow) => { url: string } | null]>([
    ['another frame of the window', () => ({ url: page })],
    ['a frame that is gone', () => null],
  ])('is refused from %s', async (_who, frame) => {
    const { window, invoke, from } = await makeDesktop(dir());
    window.contents.mainFrame.url = page;

    const reply = await invoke(from(window, frame(window)), channels.call, list);

    expect(reply).toMatchObject({ ok: false, error: { code: 'api.badRequest' } });
  });

  it.each(['https://example.org/', 'file:///x/index.html', 'app://lanceur.evil/index.html'])(
    'is refused from a page at %s',
    async (url) => {
      const { window, invoke, from } = await makeDesktop(dir());
      window.contents.mainFrame.url = url;

      expect(await invoke(from(window), channels.call, list)).toMatchObject({ ok: false });
      expect(await invoke(from(window), channels.pickFolder, '')).toBeNull();
      expect(await invoke(from(window), channels.openFolder, '/')).toBe(false);
    },
  );

  it('is refused from another window', async () => {
    const { electron, window, windows, invoke, from } = await makeDesktop(dir());
    electron.createWindow({});
    const other = windows[1]!;
    window.contents.mainFrame.url = other.contents.mainFrame.url = page;

    expect(await invoke(from(other), channels.call, list)).toMatchObject({ ok: false });
  });

  it.each([[null], ['x'], [{ id: 5 }], [{ id: '1', name: 'x'.repeat(200) }]])(
    'is refused when it has another form: %j',
    async (message) => {
      const { window, invoke, from } = await makeDesktop(dir());
      window.contents.mainFrame.url = page;

      expect(await invoke(from(window), channels.call, message)).toMatchObject({ ok: false });
    },
  );

  it('is parsed by the contract: unknown names and wrong inputs are errors with a code', async () => {
    const { call } = await makeDesktop(dir());

    await expect(call('process.exit' as 'jobs.list', {})).rejects.toThrow('call.unknown');
    await expect(call('launchers.get', { id: 5 as never })).rejects.toThrow('call.badInput');
  });

  it('stops a call when the page asks for it', async () => {
    const desktop = await makeDesktop(dir());
    desktop.window.contents.mainFrame.url = page;
    const event = desktop.from(desktop.window);
    const under = desktop.invoke(event, channels.call, {
      ...{ id: '9', name: 'filter.test' },
      input: { filter: { include: '/(a+)+$/' }, names: [`${'a'.repeat(40)}!`] },
    });

    desktop.send(event, channels.cancel, '9');

    expect(await under).toMatchObject({ ok: false, error: { kind: 'cancelled' } });
  });

  it('opens only folders that the configuration names', async () => {
    const desktop = await makeDesktop(dir());
    const input = join(dir(), 'input');
    mkdirSync(input);
    writeFileSync(join(dir(), 'tool.exe'), '');
    await desktop.call('jobs.save', jobDraft(input, { name: 'a' }));
    await desktop.call('jobs.save', jobDraft(join(dir(), 'tool.exe'), { name: 'b' }));
    const open = (path: string) =>
      desktop.invoke(desktop.from(desktop.window), channels.openFolder, path);

    expect(await open(input)).toBe(true);
    expect(await open(join(dir(), 'tool.exe'))).toBe(false);
    expect(await open(dir())).toBe(false);
    expect(desktop.opened).toEqual([input]);
  });

  it('chooses a folder by the system, beginning where the form stands', async () => {
    const desktop = await makeDesktop(dir());
    desktop.window.contents.mainFrame.url = page;
    desktop.system.pick = { canceled: false, filePaths: [String.raw`\\serveur\scans`] };

    const event = desktop.from(desktop.window);

    expect(await desktop.invoke(event, channels.pickFolder, 'C:\\')).toBe('\\\\serveur\\scans');
    expect(desktop.picked[0]).toMatchObject({
      defaultPath: 'C:\\',
      properties: expect.arrayContaining(['openDirectory']) as unknown,
    });
  });
});

describe('addresses', () => {
  it.each([
    ['app://lanceur/index.html#/launchers/1', true],
    ['app://lanceur/', true],
    ['app://lanceur/index.html?x=1', false],
    ['app://lanceur/assets/x.svg', false],
    ['app://lanceur@evil/index.html', false],
    ['not an address', false],
  ])('%s is the window: %s', (url, expected) => {
    expect(isWindowUrl(url)).toBe(expected);
  });

  it('are opened in the browser only where they are web pages', async () => {
    const { electron, opened } = standIn();
    const { open } = createUrlOpener(electron.shell);

    await open('https://login.microsoftonline.com/');
    for (const url of ['file:///C:/evil.exe', 'ms-msdt:/x', 'javascript:1', 'x']) {
      await expect(open(url)).rejects.toMatchObject({ code: 'url.refused' });
    }

    expect(opened).toEqual(['https://login.microsoftonline.com/']);
  });
});

describe('secrets', () => {
  const box = (platform: NodeJS.Platform = 'win32') => {
    const { electron, system } = standIn();
    return { system, box: createDesktopSecretBox({ safeStorage: electron.safeStorage, platform }) };
  };

  it('come back as they were sealed, and cannot be read by eye', async () => {
    const { box: secrets } = box();
    const sealed = await secrets.seal('mot de passe été');

    expect(sealed).not.toContain('passe');
    expect(await secrets.open(sealed)).toBe('mot de passe été');
  });

  it.each([
    ['of another key', 'lanceur-desktop/1:azI6YWJjZA==', 'secret.unreadable'],
    ['of the headless vault', 'lanceur-vault/1:AAAA', 'secret.sealedByCommand'],
    ['that is damaged', 'lanceur-desktop/1:!!', 'secret.unreadable'],
    ['that is empty', '', 'secret.unreadable'],
  ])('%s are to be entered again, not a crash', async (_which, sealed, code) => {
    await expect(box().box.open(sealed)).rejects.toThrow(
      expect.objectContaining({ code, kind: 'config' }) as ConfigError,
    );
  });

  it('are not kept under a password that everybody knows', async () => {
    const { box: secrets, system } = box('linux');
    await secrets.seal('x');
    system.backend = 'basic_text';

    await expect(secrets.seal('x')).rejects.toMatchObject({ code: 'secret.noKeyring' });
    const windows = box('win32');
    windows.system.hasEncryption = false;
    await expect(windows.box.seal('x')).rejects.toMatchObject({ code: 'secret.noKeyring' });
  });
});
