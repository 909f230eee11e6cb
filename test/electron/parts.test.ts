// The small parts of the shell, each by itself.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { Settings } from '#contract/model/settings';
import { followAutostart, setAutostart } from '../../src-main/electron/autostart.ts';
import { headlessWords, readWords } from '../../src-main/electron/command-words.ts';
import { openDesktopMemory } from '../../src-main/electron/desktop-memory.ts';
import { desktopTexts } from '../../src-main/electron/desktop-texts.ts';
import { topicOf } from '../../src-main/electron/notice-topics.ts';
import { createNotices } from '../../src-main/electron/notices.ts';
import { healPage } from '../../src-main/electron/page-health.ts';
import { pauseEnd } from '../../src-main/electron/pause-end.ts';
import { placeWindow } from '../../src-main/electron/window-bounds.ts';
import { fakeClock } from '../helpers/fake-clock.ts';
import { memoryLogger } from '../helpers/memory-logger.ts';
import { useTempDir } from '../helpers/temp-dir.ts';
import { standIn } from './stand-in.ts';

const dir = useTempDir();

describe('the words of a start', () => {
  it('are those of the program; what Chromium adds is passed over', () => {
    expect(
      readWords(['--allow-file-access', '--hidden', '--page=/items/5', '--data', 'D:\\x']),
    ).toEqual({ hidden: true, page: '/items/5', dataDir: 'D:\\x' });
  });

  it.each(['//evil.example', 'https://evil', '/a?b', '/a#b', `/${'a'.repeat(300)}`])(
    'do not take %s for a page',
    (page) => {
      const { page: found } = readWords([`--page=${page}`]);

      expect(found).toBeUndefined();
    },
  );

  it('after --headless are for the command', () => {
    expect(headlessWords(['--headless', 'run', 'Scanner', '--once'])).toEqual([
      ...['run', 'Scanner', '--once'],
    ]);
    expect(headlessWords(['--hidden'])).toBeUndefined();
  });
});

describe('the place of the window', () => {
  const [left, right] = [
    { x: 0, y: 0, width: 1920, height: 1040 },
    { x: 1920, y: 0, width: 1280, height: 984 },
  ];

  it.each([
    ['stays where it was', { x: 2000, y: 40, width: 800, height: 600 }, [left, right], {}],
    [
      'may hang over an edge while it can be grabbed',
      { x: -600, y: 0, width: 800, height: 600 },
      [left],
      {},
    ],
    [
      'comes back from a screen that is gone',
      { x: 2000, y: 40, width: 800, height: 600 },
      [left],
      { x: 560, y: 220 },
    ],
    [
      'comes back from above, where its title bar cannot be grabbed',
      { x: 100, y: -400, width: 800, height: 600 },
      [left],
      { x: 560, y: 220 },
    ],
    [
      'shrinks to a smaller screen',
      { x: 0, y: 0, width: 3000, height: 2000 },
      [right, left],
      { width: 1920, height: 1040 },
    ],
  ])('%s', (_what, wanted, screens, change) => {
    expect(placeWindow(wanted, screens)).toEqual({ ...wanted, ...change });
  });

  it('is remembered by a file; a damaged one is as none', () => {
    const file = join(dir(), 'a/desktop.json');
    const logger = memoryLogger();
    const bounds = { x: 1, y: 2, width: 700, height: 500 };
    openDesktopMemory(file, logger).set({ bounds });
    expect(openDesktopMemory(file, logger).get().bounds).toEqual(bounds);
    writeFileSync(file, '{"bounds":{"x":');

    expect(openDesktopMemory(file, logger).get()).toEqual({
      maximized: false,
      trayExplained: false,
    });
  });
});

describe('starting with the session', () => {
  const parts = (program = 'C:\\LanceurCOLD.exe', platform: NodeJS.Platform = 'win32') => {
    const machine = standIn();
    const { app } = machine.electron;
    const { launchItems } = machine.app;
    expect(launchItems).toEqual([]);
    return { machine, given: { app, platform, program, configDir: dir() } };
  };

  it('is one entry, however often it is asked for, and none when it is not wanted', () => {
    const { machine, given } = parts();
    setAutostart(given, true);
    setAutostart(given, true);
    expect(machine.app.launchItems).toHaveLength(1);

    setAutostart(given, false);

    expect(machine.app.launchItems).toEqual([]);
  });

  it('follows a program that was moved, and stays one entry', () => {
    const { machine, given } = parts('C:\\old\\LanceurCOLD.exe');
    setAutostart(given, true);

    followAutostart({ ...given, program: 'D:\\new\\LanceurCOLD.exe' }, true);

    expect(machine.app.launchItems.map(({ path }) => path)).toEqual(['D:\\new\\LanceurCOLD.exe']);
  });

  it('stays off where the Task Manager switched it off, though the program moved', () => {
    const { machine, given } = parts();
    setAutostart(given, true, false);
    followAutostart(given, true);
    expect(machine.app.loginSettings).toHaveLength(1);

    followAutostart({ ...given, program: 'D:\\x.exe' }, true);

    expect(machine.app.launchItems).toMatchObject([{ path: 'D:\\x.exe', enabled: false }]);
  });

  it('is left alone by a program run from its sources', () => {
    const { machine, given } = parts();
    machine.app.isPackaged = false;

    setAutostart(given, true);
    followAutostart(given, true);

    expect(machine.app.loginSettings).toEqual([]);
  });

  it('is a desktop entry on Linux', () => {
    const { given } = parts('/opt/Lanceur COLD/lanceur-cold', 'linux');
    const file = join(dir(), 'autostart/lanceur-cold.desktop');
    followAutostart(given, true);
    expect(readFileSync(file, 'utf8')).toContain('Exec="/opt/Lanceur COLD/lanceur-cold" --hidden');

    followAutostart(given, false);

    expect(existsSync(file)).toBe(false);
  });
});

describe('a pause', () => {
  it('until tomorrow ends at seven, on the days the clocks are changed too', () => {
    for (const day of ['2026-01-05T15:00', '2026-03-28T22:00', '2026-10-24T22:00']) {
      const now = new Date(day);
      const end = pauseEnd('tomorrow', now);

      expect([end.getHours(), end.getMinutes()]).toEqual([7, 0]);
      expect(end.getTime()).toBeGreaterThan(now.getTime());
      expect(end.getDate()).not.toBe(now.getDate());
    }
  });
});

describe('a page that dies', () => {
  const setUp = () => {
    const machine = standIn();
    const window = machine.electron.createWindow({});
    const clock = fakeClock();
    const over = new AbortController();
    onTestFinished(() => {
      over.abort();
    });
    const loads: number[] = [];
    const shown = machine.windows[0]!;
    const broken = { times: 0 };
    // As Electron does: the event first, then the promise.
    const load = () => {
      loads.push(clock.monotonicMs());
      broken.times -= 1;
      if (broken.times < 0) return Promise.resolve();
      shown.contents.emit('did-fail-load', {}, -6, 'ERR_FILE_NOT_FOUND', 'app://lanceur/', true);
      return Promise.reject(new Error('ERR_FILE_NOT_FOUND (-6)'));
    };
    healPage({ window, clock, logger: memoryLogger(), signal: over.signal, load });
    const crash = () => shown.contents.emit('render-process-gone', {}, { reason: 'crashed' });
    return { clock, loads, shown, crash, over, broken };
  };

  it('is loaded again at once, then at growing intervals', async () => {
    const { clock, loads, crash } = setUp();
    for (let times = 0; times < 5; times += 1) {
      crash();
      await clock.advance(300_000 / (times < 4 ? 30 : 1));
    }

    const waits = loads.map((at, index) => at - index * 10_000);
    expect(waits.slice(0, 3)).toEqual([0, 2_000, 10_000]);
    expect(loads).toHaveLength(4);
  });

  it('is loaded again until it can be', async () => {
    const { clock, loads, crash, broken } = setUp();
    broken.times = 3;

    crash();
    await clock.advance(3_600_000);

    expect(loads).toEqual([0, 2_000, 12_000, 72_000]);
  });

  it('begins anew after it lived long enough', async () => {
    const { clock, loads, crash } = setUp();
    crash();
    await clock.advance(1);
    crash();
    await clock.advance(2_000);
    await clock.advance(130_000);
    const before = clock.monotonicMs();

    crash();
    await clock.advance(1);

    expect(loads.at(-1)).toBe(before);
  });

  it('is loaded again when it hangs for long, not when it answers again', async () => {
    const { clock, loads, shown } = setUp();
    shown.emit('unresponsive');
    await clock.advance(10_000);
    shown.emit('responsive');
    await clock.advance(60_000);
    expect(loads).toEqual([]);

    shown.emit('unresponsive');
    await clock.advance(20_000);

    expect(loads).toHaveLength(1);
  });

  it('is left alone when it was closed, and when the program ends', async () => {
    const { clock, loads, shown, crash, over } = setUp();
    shown.contents.emit('render-process-gone', {}, { reason: 'clean-exit' });
    over.abort();
    crash();

    await clock.advance(600_000);

    expect(loads).toEqual([]);
  });
});

describe('a notification', () => {
  const setUp = (notify: Partial<Settings['notify']> = {}) => {
    const machine = standIn();
    const clock = fakeClock();
    const pages: string[] = [];
    const notices = createNotices({
      ...{ electron: machine.electron, clock, logger: memoryLogger(), icon: 'i' },
      texts: () => desktopTexts('fr', 'fr'),
      wanted: () => Settings.parse({ notify }).notify,
      show: (page) => pages.push(page),
    });
    const bodies = () => machine.notifications.map(({ body }) => body);
    return { machine, clock, notices, pages, bodies };
  };

  it('says the sentence and opens the page where something can be done', () => {
    const { machine, notices, pages } = setUp();

    notices.notify('launcher.pausedBySignIn', { launcher: 'Courrier' });
    machine.notifications[0]!.emit('click');

    expect(machine.notifications[0]).toMatchObject({
      isShown: true,
      body: expect.stringContaining('« Courrier »') as unknown,
    });
    expect(pages).toEqual(['/accounts']);
  });

  it.each([
    ['account.refused', { account: 'Mairie', accountId: 'a1' }, '/accounts/a1'],
    ['launcher.pausedBySignIn', { launcher: 'Courrier', accountId: 'a1' }, '/accounts/a1'],
    ['notice.opened', { event: 'signIn', subject: 'Mairie', accountId: 'a1' }, '/accounts/a1'],
    ['notice.recovered', { event: 'signIn', subject: 'Mairie' }, '/accounts'],
    ['store.suspect', {}, '/settings'],
    ['notice.opened', { event: 'quarantine', subject: 'Scanner' }, '/quarantine'],
    ['notice.recovered', { event: 'outbox', subject: 'SMTP' }, '/outbox'],
    ['notice.opened', { event: 'diskLow', subject: 'C:' }, '/jobs'],
    ['unheard.of', {}, '/'],
  ])('of %s with %j opens %s', (code, params, page) => {
    expect(topicOf(code, params).page).toBe(page);
  });

  it.each([
    ['failures', 'notice.opened', 'diskLow'],
    ['signIn', 'notice.opened', 'signIn'],
    ['quarantine', 'notice.opened', 'quarantine'],
    ['recovery', 'notice.recovered', 'quarantine'],
  ] as const)('is switched off by its setting: %s for %s of %s', (setting, code, event) => {
    const off = setUp({ [setting]: false });
    const on = setUp();
    for (const { notices } of [off, on]) notices.notify(code, { text: 'x', event, subject: 's' });

    expect([off.bodies(), on.bodies()]).toEqual([[], ['x']]);
  });

  it('of a rule does not repeat what the program has told by itself', () => {
    const { notices, bodies } = setUp();
    const { key } = topicOf('notice.opened', { event: 'quarantine', subject: 'Scanner' });
    notices.report({ setting: 'quarantine', key, page: '/items/5', body: 'one document' });

    notices.notify('notice.opened', { text: 'again', event: 'quarantine', subject: 'Scanner' });

    expect(bodies()).toEqual(['one document']);
  });

  it('is not repeated within ten minutes', async () => {
    const { clock, notices, bodies } = setUp();
    for (let times = 0; times < 5; times += 1) {
      notices.notify('launcher.pausedBySignIn', { launcher: 'Courrier' });
      await clock.advance(60_000);
    }
    expect(bodies()).toHaveLength(1);

    await clock.advance(600_000);
    notices.notify('launcher.pausedBySignIn', { launcher: 'Courrier' });

    expect(bodies()).toHaveLength(2);
  });

  it('of a flood is one more that says there are many', () => {
    const { notices, bodies } = setUp();

    for (let index = 0; index < 30; index += 1) {
      notices.notify('launcher.pausedBySignIn', { launcher: `L${index}` });
    }

    expect(bodies()).toHaveLength(4);
    expect(bodies().at(-1)).toContain('Plusieurs événements');
  });

  it('is not shown where the settings say so', () => {
    const { notices, bodies } = setUp({ signIn: false });

    notices.notify('launcher.pausedBySignIn', { launcher: 'Courrier' });

    expect(bodies()).toEqual([]);
  });
});
