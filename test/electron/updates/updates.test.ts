import { EventEmitter } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { parse } from 'yaml';
import { isInstalled, UNINSTALLER } from '../../../src-main/electron/updates/is-installed.ts';
import type { Updater } from '../../../src-main/electron/updates/load-updater.ts';
import { areUpdatesForbidden } from '../../../src-main/electron/updates/read-policy.ts';
import { updatePolicy } from '../../../src-main/electron/updates/update-policy.ts';
import { createUpdates } from '../../../src-main/electron/updates/updates.ts';
import { fakeClock } from '../../helpers/fake-clock.ts';
import { memoryLogger } from '../../helpers/memory-logger.ts';
import { useTempDir } from '../../helpers/temp-dir.ts';

const dir = useTempDir();
const HOUR_MS = 3_600_000;

function setUp(check: () => Promise<void> = () => Promise.resolve()) {
  const clock = fakeClock();
  const over = new AbortController();
  onTestFinished(() => {
    over.abort();
  });
  const looks: number[] = [];
  const steps: string[] = [];
  const updater = Object.assign(new EventEmitter(), {
    ...{ autoDownload: false, autoInstallOnAppQuit: true, logger: null },
    checkForUpdates: async () => {
      looks.push(clock.monotonicMs());
      await check();
      return null;
    },
    quitAndInstall: (silent: boolean, restart: boolean) => {
      steps.push(`install silent=${silent} restart=${restart}`);
    },
  });
  let runs = Promise.resolve();
  const updates = createUpdates({
    ...{ clock, logger: memoryLogger(), signal: over.signal },
    loadUpdater: () => Promise.resolve(updater as unknown as Updater),
    life: {
      finishThen: async (then) => {
        await runs;
        steps.push('runs ended');
        then();
      },
    },
    onReady: (version) => steps.push(`ready ${version}`),
    onInstallFailed: (restart) => steps.push(`install failed restart=${restart}`),
  });
  const download = () => updater.emit('update-downloaded', { version: '2.0.0' });
  return {
    clock,
    updates,
    updater,
    looks,
    steps,
    download,
    hold: (p: Promise<void>) => (runs = p),
  };
}

describe('updates', () => {
  it('are looked for a minute after the start and every six hours', async () => {
    const { clock, updates, looks } = setUp();
    updates.follow('on');

    await clock.advance(13 * HOUR_MS);

    expect(looks).toEqual([60_000, 60_000 + 6 * HOUR_MS, 60_000 + 12 * HOUR_MS]);
  });

  it.each(['off', 'forbidden', 'portable', 'noFeed', 'development'] as const)(
    'are not even loaded where the policy is %s',
    async (policy) => {
      const { clock, updates, looks } = setUp();

      updates.follow(policy);
      await clock.advance(24 * HOUR_MS);

      expect(looks).toEqual([]);
    },
  );

  it('stop when they are switched off, and begin again when switched on', async () => {
    const { clock, updates, looks } = setUp();
    updates.follow('on');
    await clock.advance(HOUR_MS);
    updates.follow('off');
    await clock.advance(24 * HOUR_MS);
    expect(looks).toHaveLength(1);

    updates.follow('on');
    await clock.advance(HOUR_MS);

    expect(looks).toHaveLength(2);
  });

  it('are tried again after a network that was away', async () => {
    const { clock, updates, looks } = setUp(() => Promise.reject(new Error('ENOTFOUND')));
    updates.follow('on');

    await clock.advance(7 * HOUR_MS);

    expect(looks).toHaveLength(2);
  });

  it('are put in only when the runs under way have ended', async () => {
    const { clock, updates, steps, download, hold } = setUp();
    updates.follow('on');
    await clock.advance(HOUR_MS);
    download();
    expect(updates.ready()).toBe('2.0.0');
    const ended = Promise.withResolvers<void>();
    void hold(ended.promise);

    const installing = updates.install();
    await clock.advance(HOUR_MS);
    expect(steps).toEqual(['ready 2.0.0']);
    ended.resolve();
    await installing;

    expect(steps).toEqual(['ready 2.0.0', 'runs ended', 'install silent=true restart=true']);
  });

  it('never start the installer behind our back', async () => {
    const { clock, updates, updater } = setUp();
    updates.follow('on');
    await clock.advance(HOUR_MS);

    expect(updater).toMatchObject({ autoInstallOnAppQuit: false, autoDownload: true });
    expect(updates.installAtQuit()).toBe(false);
  });

  it('are put in when their user quits, without starting again', async () => {
    const { clock, updates, steps, download } = setUp();
    updates.follow('on');
    await clock.advance(HOUR_MS);
    download();

    expect(updates.installAtQuit()).toBe(true);
    expect(steps.at(-1)).toBe('install silent=true restart=false');
  });
});

describe('an installer that cannot be started', () => {
  it('leaves no program behind that neither works nor ends', async () => {
    const { clock, updates, updater, steps, download } = setUp();
    updates.follow('on');
    await clock.advance(HOUR_MS);
    download();
    updater.emit('error', new Error('a look that failed: nothing has ended yet'));
    await updates.install();

    updater.emit('error', new Error('spawn EACCES'));

    expect(steps.slice(-2)).toEqual([
      'install silent=true restart=true',
      'install failed restart=true',
    ]);
  });
});

describe('the program', () => {
  const windows = (environment: Readonly<Record<string, string>> = {}) =>
    isInstalled({
      ...{ platform: 'win32', environment },
      executable: join(dir(), 'LanceurCOLD.exe'),
    });

  it('is an installed one where its uninstaller lies beside it', () => {
    expect(windows()).toBe(false);
    writeFileSync(join(dir(), UNINSTALLER), '');

    expect(windows()).toBe(true);
    expect(windows({ PORTABLE_EXECUTABLE_DIR: 'D:\\tools' })).toBe(false);
  });

  it('is named by the installer as it is looked for', () => {
    const { productName } = parse(
      readFileSync(join(import.meta.dirname, '../../../electron-builder.yml'), 'utf8'),
    ) as { productName: string };

    expect(UNINSTALLER).toBe(`Uninstall ${productName}.exe`);
  });
});

describe('the policy', () => {
  const facts = {
    isPackaged: true,
    hasFeed: true,
    isInstalled: true,
    forbidden: false,
    wanted: true,
  };

  it.each([
    [{}, 'on'],
    [{ wanted: false }, 'off'],
    [{ forbidden: true }, 'forbidden'],
    [{ isInstalled: false }, 'portable'],
    [{ hasFeed: false }, 'noFeed'],
    [{ isPackaged: false }, 'development'],
  ])('for %j is %s', (change, expected) => {
    expect(updatePolicy({ ...facts, ...change })).toBe(expected);
  });

  const asked = (answers: Record<string, string>) => {
    const calls: string[] = [];
    const run = (program: string, args: readonly string[]) => {
      calls.push([program, ...args].join(' '));
      const answer = Object.entries(answers).find(([key]) => args.join(' ').includes(key));
      return answer === undefined ? Promise.reject(new Error('1')) : Promise.resolve(answer[1]);
    };
    return { calls, run };
  };
  const windows = { platform: 'win32', environment: { SystemRoot: 'C:\\Windows' } } as const;

  it.each([
    ['HKLM\\Software\\Policies\\LanceurCOLD', '0x1', true],
    ['HKCU\\Software\\Policies\\LanceurCOLD', '0x1', true],
    ['HKLM\\Software\\LanceurCOLD', '0x1', true],
    ['HKCU\\Software\\LanceurCOLD', '0x1', true],
    ['HKLM\\Software\\Policies\\LanceurCOLD', '0x0', false],
  ])('is read from the registry: %s %s', async (key, value, expected) => {
    const line = `\r\n    DisableUpdates    REG_DWORD    ${value}\r\n`;
    const { run, calls } = asked({ [key]: line });

    expect(await areUpdatesForbidden({ ...windows, run })).toBe(expected);
    expect(calls[0]).toMatch(/^C:\\Windows.System32.reg\.exe query HKLM/);
  });

  it('forbids nothing where there is no such key, and asks no registry elsewhere', async () => {
    const { run, calls } = asked({});
    expect(await areUpdatesForbidden({ ...windows, run })).toBe(false);
    const before = calls.length;

    expect(await areUpdatesForbidden({ platform: 'linux', environment: {}, run })).toBe(false);
    expect(calls.length).toBe(before);
  });

  it('is forbidden by the environment everywhere', async () => {
    const environment = { LANCEUR_NO_UPDATES: '1' };

    expect(await areUpdatesForbidden({ platform: 'linux', environment })).toBe(true);
  });
});
