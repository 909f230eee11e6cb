// What a click in the tray's menu does to the launchers of a real core, and what the machine does to the tray and the runs.
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { newScheduleRow } from '#contract/model/schedule';
import { eventually } from '../helpers/eventually.ts';
import { jobDraft, launcherDraft } from '../helpers/make-config.ts';
import { useTempDir } from '../helpers/temp-dir.ts';
import { preventable } from './stand-in.ts';
import { type Desktop, makeDesktop } from './start.ts';

const dir = useTempDir();
/** Hundreds of documents, under Wine on a busy machine. */
const SLOW = { withinMs: 30_000 };
const input = () => join(dir(), 'input');
const delivered = () =>
  readdirSync(input())
    .filter((name) => name.endsWith('.pdf'))
    .sort();

/** A folder launcher of each name, with so many documents in front of it; they all deliver to `input`. */
async function withLaunchers(desktop: Desktop, names: readonly string[], documents = 1) {
  mkdirSync(input(), { recursive: true });
  const job = await desktop.call('jobs.save', jobDraft(input(), { name: 'cold factures' }));
  const launchers = [];
  for (const name of names) {
    const scans = join(dir(), name);
    mkdirSync(scans, { recursive: true });
    for (let index = 0; index < documents; index += 1)
      writeFileSync(join(scans, `${name}-${index}.pdf`), '%PDF-1.4 %%EOF');
    const source = { protocol: 'folder', path: scans, fate: { kind: 'leave' } } as const;
    const schedule = [newScheduleRow({ hours: '6' })];
    const draft = { ...launcherDraft(scans, job), source, description: name, schedule };
    launchers.push(await desktop.call('launchers.save', draft));
  }
  await desktop.settle();
  return launchers;
}
const conditions = async (desktop: Desktop) =>
  (await desktop.call('status.get', {})).launchers.map((one) => one.condition);
/** The menu once it says so. */
const untilMenu = async (desktop: Desktop, part: string) => {
  await eventually(async () => {
    await desktop.settle();
    return desktop.menu().some((row) => row.includes(part));
  });
};

describe("a click in the tray's menu", () => {
  it('runs all launchers but those that are paused or switched off', async () => {
    const desktop = await makeDesktop(dir());
    const [, paused, off] = await withLaunchers(desktop, ['un', 'deux', 'trois', 'quatre']);
    await desktop.call('launchers.setPaused', { id: paused!.id, paused: true });
    await desktop.call('launchers.setEnabled', { id: off!.id, enabled: false });
    await untilMenu(desktop, 'deux (en pause');

    desktop.click('Tout lancer maintenant');

    await eventually(async () => {
      await desktop.clock.advance(1_000);
      return delivered().length >= 2;
    });
    expect(delivered()).toEqual(['quatre-0.pdf', 'un-0.pdf']);
  });

  it('pauses one launcher, and has it go on', async () => {
    const desktop = await makeDesktop(dir());
    await withLaunchers(desktop, ['un', 'deux']);

    desktop.click('deux (au repos)', 'Mettre en pause');
    await untilMenu(desktop, 'deux (en pause');
    expect(await conditions(desktop)).toEqual(expect.arrayContaining(['idle', 'paused']));

    desktop.click('deux (en pause)', 'Reprendre');
    await untilMenu(desktop, 'deux (au repos');
    expect(await conditions(desktop)).toEqual(['idle', 'idle']);
  });

  it('pauses all until tomorrow at seven', async () => {
    const desktop = await makeDesktop(dir());
    await withLaunchers(desktop, ['un']);

    desktop.click('Tout mettre en pause', "Jusqu'à demain 7 h");
    await untilMenu(desktop, 'Tout est en pause');

    const { pausedUntil } = await desktop.call('status.get', {});
    const end = new Date(pausedUntil!);
    const now = desktop.clock.now();
    expect([end.getHours(), end.getMinutes()]).toEqual([7, 0]);
    expect(end.getDate()).toBe(new Date(now.getTime() + 86_400_000).getDate());
    desktop.clock.set(end);
    await desktop.clock.advance(61_000);
    await eventually(async () => (await conditions(desktop)).join() === 'idle');
  });

  it('pauses all until somebody resumes', async () => {
    const desktop = await makeDesktop(dir());
    await withLaunchers(desktop, ['un']);

    desktop.click('Tout mettre en pause', "Jusqu'à la reprise");
    await untilMenu(desktop, 'Tout est en pause');
    desktop.clock.set('2026-02-05T08:00:00Z');
    await desktop.clock.advance(61_000);
    expect(await conditions(desktop)).toEqual(['paused']);

    desktop.click('Tout est en pause', 'Tout reprendre');
    await eventually(async () => (await conditions(desktop)).join() === 'idle');
  });
});

describe('the icon', () => {
  it('that the system took away comes back when the machine wakes', async () => {
    const desktop = await makeDesktop(dir());
    await desktop.settle();
    desktop.tray.destroy();

    desktop.power.emit('resume');

    expect(desktop.trays).toHaveLength(2);
    expect(desktop.trays[1]!.image).toBe(desktop.tray.image);
    expect(desktop.trays[1]!.menu).toHaveLength(desktop.tray.menu.length);
    desktop.window.hide();
    desktop.trays[1]!.emit('double-click');
    expect(desktop.window.isShown).toBe(true);
  });
});

describe('the machine', () => {
  it('that slept through a schedule has the launcher run when it wakes, without waiting for a timer', async () => {
    const desktop = await makeDesktop(dir());
    await withLaunchers(desktop, ['un']);
    desktop.power.emit('suspend');
    // Asleep: the clock on the wall goes on, no timer does.
    desktop.clock.set('2026-01-06T10:00:00Z');

    desktop.power.emit('resume');

    await eventually(async () => (await desktop.call('status.get', {})).launchers[0]?.lastRun);
  });

  it.each([
    ['tells the window', (desktop: Desktop) => desktop.window.emit('session-end')],
    ['tells the program', (desktop: Desktop) => desktop.power.emit('shutdown')],
  ])('that is shut down ends the program where it %s', async (_whom, shutDown) => {
    const desktop = await makeDesktop(dir());
    await desktop.settle();

    shutDown(desktop);

    await eventually(() => desktop.app.exitCode === 0);
    expect(desktop.tray.isGone && desktop.window.isGone).toBe(true);
  });

  it('that is shut down in the middle of a run loses no document, and the next start brings none twice', async () => {
    const desktop = await makeDesktop(dir());
    const [launcher] = await withLaunchers(desktop, ['scans'], 400);
    await desktop.clock.advance(5_000);
    await desktop.call('runs.start', { id: launcher!.id });
    await eventually(async () => {
      await desktop.clock.advance(100);
      return delivered().length > 0;
    }, SLOW);

    desktop.window.emit('query-session-end', preventable({ reasons: ['shutdown'] }));
    await eventually(() => desktop.app.exitCode === 0);
    expect(delivered().length).toBeLessThan(400);

    const next = await makeDesktop(dir());
    await next.clock.advance(5_000);
    await next.call('runs.runToEnd', { id: launcher!.id, once: true });

    const names = Array.from({ length: 400 }, (_, index) => `scans-${index}.pdf`);
    expect(readdirSync(input()).sort()).toEqual(names.sort());
  });
});
