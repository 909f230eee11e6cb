// The desktop as a whole, with a real core: what starts, what is shown, how it ends.
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { channels } from '#contract/desktop';
import { eventually } from '../helpers/eventually.ts';
import { jobDraft, launcherDraft } from '../helpers/make-config.ts';
import { useTempDir } from '../helpers/temp-dir.ts';
import { preventable } from './stand-in.ts';
import { type Desktop, makeDesktop } from './start.ts';

const dir = useTempDir();

/** A folder launcher with one document in front of it. */
async function withLauncher(desktop: Desktop) {
  const [scans, input] = [join(dir(), 'scans'), join(dir(), 'input')];
  for (const folder of [scans, input]) mkdirSync(folder, { recursive: true });
  writeFileSync(join(scans, 'facture.pdf'), '%PDF-1.4 %%EOF');
  const job = await desktop.call('jobs.save', jobDraft(input, { name: 'cold factures' }));
  const launcher = await desktop.call('launchers.save', {
    ...launcherDraft(scans, job),
    source: { protocol: 'folder', path: scans, fate: { kind: 'leave' } },
    description: 'Scanner',
  });
  await desktop.settle();
  return { launcher, input, scans };
}

describe('starting', () => {
  it('opens the window on the page and shows the tray as idle', async () => {
    const desktop = await makeDesktop(dir());
    await desktop.settle();

    expect(desktop.window.isShown).toBe(true);
    expect(desktop.window.loaded).toEqual(['app://lanceur/index.html#/']);
    expect(desktop.tray.image).toBe(join('/icons/tray/idle-light.ico'));
    expect(desktop.tray.tooltip).toBe('Lanceur COLD : au repos');
    expect(desktop.menu()).toContain('Créer un premier lanceur…');
  });

  it('stays in the tray at login, with a window that Windows can tell of the end of the session', async () => {
    const desktop = await makeDesktop(dir(), { words: ['--hidden'] });

    expect(desktop.window.isShown).toBe(false);
    expect(desktop.window.loaded).toEqual([]);
    expect(desktop.window.listenerCount('query-session-end')).toBe(1);
  });

  it('ends at once where another one runs, having handed over its words', async () => {
    const words = ['--page=/quarantine'];
    const desktop = await makeDesktop(dir(), {
      words,
      prepare: ({ app }) => (app.hasLock = false),
    });

    expect(desktop.started).toBe(false);
    expect(desktop.app.handed).toEqual({ words });
    expect(desktop.windows).toEqual([]);
    // Electron's own folder, which it wants before it is asked whether another one runs.
    expect(readdirSync(join(dir(), 'data'))).toEqual(['window']);
  });

  it('says why the launchers cannot start, tries again by itself, and is well then', async () => {
    const first = await makeDesktop(dir());
    const second = await makeDesktop(dir());
    await second.settle();
    await second.clock.advance(16_000);
    expect(second.asked[0]).toMatchObject({ message: 'Les lanceurs ne peuvent pas démarrer' });
    expect(second.asked[0]!.detail).toContain('tenu par un autre programme');
    expect(second.tray.image).toContain('error-');
    await expect(second.call('status.get', {})).rejects.toThrow('engine.down');

    first.app.quit();
    await eventually(() => first.app.exitCode === 0);
    await second.clock.advance(61_000);

    await eventually(() => second.call('status.get', {}));
    await second.settle();
    await second.clock.advance(16_000);
    expect(second.tray.image).toContain('idle-');
  });

  it('offers to repair a damaged database, and works with the new one', async () => {
    mkdirSync(join(dir(), 'data'), { recursive: true });
    writeFileSync(join(dir(), 'data/lanceur.db'), 'x'.repeat(8192));
    const prepare = (machine: { system: { answers: number[] } }) => (machine.system.answers = [1]);
    const desktop = await makeDesktop(dir(), { prepare });

    await eventually(() => desktop.asked.length === 2);
    await eventually(() => desktop.call('status.get', {}));

    expect(desktop.asked[0]!.buttons).toEqual(['Plus tard', 'Réparer la base']);
    expect(desktop.asked[1]!.message).toContain('mise de côté');
    expect(readdirSync(join(dir(), 'data')).join()).toContain('damaged');
  });
});

describe('a second start', () => {
  it('opens the window on the page it asks for', async () => {
    const desktop = await makeDesktop(dir(), { words: ['--hidden'] });
    const handed = { words: ['--page=/quarantine'] };

    desktop.app.emit('second-instance', {}, ['--original-process-start-time=1'], '/', handed);

    expect(desktop.window.isShown).toBe(true);
    expect(desktop.window.loaded).toEqual(['app://lanceur/index.html#/quarantine']);
  });

  it('by the autostart opens nothing', async () => {
    const desktop = await makeDesktop(dir(), { words: ['--hidden'] });

    desktop.app.emit('second-instance', {}, [], '/', { words: ['--hidden'] });

    expect(desktop.window.isShown).toBe(false);
  });
});

describe('the window', () => {
  it('closes to the tray, which is explained once and for all starts', async () => {
    const desktop = await makeDesktop(dir());

    desktop.window.userCloses();
    expect(desktop.window.isShown).toBe(false);
    expect(desktop.window.isGone).toBe(false);
    desktop.tray.emit('double-click');
    expect(desktop.window.isShown).toBe(true);
    desktop.window.userCloses();

    expect(desktop.notifications.map(({ body }) => body)).toEqual([
      expect.stringContaining('les lanceurs continuent'),
    ]);
    desktop.app.quit();
    await eventually(() => desktop.app.exitCode === 0);
    const again = await makeDesktop(dir());
    again.window.userCloses();
    expect(again.notifications).toEqual([]);
  });

  it('opens where it was, and on a screen that is there', async () => {
    const desktop = await makeDesktop(dir(), {
      prepare: ({ system }) =>
        system.displays.push({ id: 2, workArea: { x: 1920, y: 0, width: 1280, height: 984 } }),
    });
    desktop.window.bounds = { x: 2000, y: 50, width: 900, height: 700 };
    desktop.window.userCloses();
    desktop.tray.emit('double-click');
    expect(desktop.window.bounds).toEqual({ x: 2000, y: 50, width: 900, height: 700 });
    desktop.window.userCloses();

    desktop.system.displays.pop();
    desktop.tray.emit('double-click');

    expect(desktop.window.bounds).toMatchObject({ x: 510, y: 170, width: 900, height: 700 });
  });

  it('hears of a run that the tray started', async () => {
    const desktop = await makeDesktop(dir());
    const { input } = await withLauncher(desktop);

    desktop.click('Scanner (au repos)', 'Lancer maintenant');
    await desktop.clock.advance(3_000);
    await eventually(() => readdirSync(input).includes('facture.pdf'));

    const heard = () =>
      desktop.window.contents.sent.filter((one) => one.channel === channels.event);
    await eventually(() => heard().some(({ values }) => values[0] === 'run.ended'));
  });
});

describe('the tray', () => {
  it('shows the last run, the last document and each launcher', async () => {
    const desktop = await makeDesktop(dir());
    const { launcher } = await withLauncher(desktop);
    await desktop.clock.advance(2_000);
    await desktop.call('runs.runToEnd', { id: launcher.id, once: true });
    await desktop.settle();
    await eventually(() => desktop.menu().some((row) => row.startsWith('Dernier livré')));

    expect(desktop.tray.tooltip).toMatch(/Dernier : Scanner, 1 document, \d\d:\d\d/);
    expect(desktop.menu()).toEqual([
      ...['Ouvrir Lanceur COLD', '-', 'Scanner (au repos) >', '-', 'Tout lancer maintenant'],
      ...['Tout mettre en pause >', '-'],
      expect.stringContaining('facture.pdf') as string,
      ...['Quarantaine : 0 élément', '-', 'Démarrer avec la session', 'Réglages', '-', 'Quitter'],
    ]);
    desktop.tray.menu.find((row) => row.label?.startsWith('Dernier livré'))!.click!(
      ...([] as unknown as Parameters<NonNullable<(typeof desktop.tray.menu)[0]['click']>>),
    );
    expect(desktop.window.contents.sent.at(-1)).toMatchObject({
      channel: channels.show,
      values: [expect.stringMatching(/^\/items\/\d+$/)],
    });
  });

  it('pauses all for an hour, says so, and goes on after it', async () => {
    const desktop = await makeDesktop(dir());
    await withLauncher(desktop);

    desktop.click('Tout mettre en pause', 'Pendant une heure');
    await desktop.settle();
    await eventually(() => desktop.tray.image.includes('paused-'));
    expect(desktop.tray.tooltip).toMatch(/en pause jusqu'à \d\d:\d\d/);
    await desktop.clock.advance(3_601_000);
    await desktop.clock.advance(16_000);

    await eventually(() => desktop.tray.image.includes('idle-'));
  });

  it('is drawn again for a dark bar, and after the session was unlocked', async () => {
    const desktop = await makeDesktop(dir());
    await desktop.settle();
    desktop.theme.shouldUseDarkColorsForSystemIntegratedUI = true;
    desktop.theme.emit('updated');
    expect(desktop.tray.image).toBe(join('/icons/tray/idle-dark.ico'));
    const before = desktop.tray.changes;

    desktop.power.emit('unlock-screen');

    expect(desktop.tray.changes).toBe(before + 3);
  });

  it('is left alone while it says the same: an open menu stays open', async () => {
    const desktop = await makeDesktop(dir());
    await desktop.settle();
    const before = desktop.tray.changes;

    await desktop.clock.advance(120_000);

    expect(desktop.tray.changes).toBe(before);
  });

  it('switches the start at login on by the settings that the window shows', async () => {
    const desktop = await makeDesktop(dir());
    await desktop.settle();

    desktop.click('Démarrer avec la session');
    await eventually(() => desktop.app.launchItems.length === 1);

    expect((await desktop.call('settings.get', {})).startAtLogin).toBe(true);
    expect(desktop.app.launchItems[0]).toMatchObject({ name: 'LanceurCOLD', args: ['--hidden'] });
  });
});

describe('a fault that nobody caught', () => {
  it('is written down and told, and the launchers go on', async () => {
    const desktop = await makeDesktop(dir());
    await desktop.settle();

    desktop.program.emit('uncaughtException', new Error('read ECONNRESET'));
    desktop.program.emit('unhandledRejection', new Error('again'));

    expect(desktop.notifications.map(({ body }) => body)).toEqual([
      expect.stringContaining('read ECONNRESET'),
    ]);
    expect((await desktop.call('status.get', {})).condition).toBe('idle');
    await desktop.clock.advance(5_000);
    expect(readFileSync(join(dir(), 'data/logs', logFile()), 'utf8')).toContain('program.fault');
  });
});

describe('the end', () => {
  it('is at once where nothing runs, and gives the data folder back', async () => {
    const desktop = await makeDesktop(dir());
    await desktop.settle();

    desktop.click('Quitter');
    await eventually(() => desktop.app.exitCode === 0);

    expect(desktop.asked).toEqual([]);
    expect(desktop.tray.isGone && desktop.window.isGone).toBe(true);
    expect((await makeDesktop(dir())).asked).toEqual([]);
  });

  it('is held while the session ends, until the runs have stopped safely', async () => {
    const desktop = await makeDesktop(dir());
    const event = preventable({ reasons: ['shutdown'] });

    desktop.window.emit('query-session-end', event);

    expect(event.defaultPrevented).toBe(true);
    await eventually(() => desktop.app.exitCode === 0);
    expect(readFileSync(join(dir(), 'data/logs', logFile()), 'utf8')).toContain('session.ends');
  });
});

const logFile = (): string => readdirSync(join(dir(), 'data/logs'))[0]!;
