// What the desktop says of runs by itself: over the whole shell with a real core, and by events for what takes many runs.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { ErrorKind } from '#contract/error-codes';
import { Launcher } from '#contract/model/launcher';
import type { Run } from '#contract/model/run';
import { createEmitter } from '#core/emitter';
import type { Dispatch } from '#core/api/dispatch';
import type { Report } from '../../src-main/electron/notices.ts';
import { desktopTexts } from '../../src-main/electron/desktop-texts.ts';
import { tellOfRuns } from '../../src-main/electron/run-notices.ts';
import { eventually } from '../helpers/eventually.ts';
import { jobDraft, launcherDraft } from '../helpers/make-config.ts';
import { memoryLogger } from '../helpers/memory-logger.ts';
import { useTempDir } from '../helpers/temp-dir.ts';
import { makeDesktop } from './start.ts';

const dir = useTempDir();

const counts = {
  ...{ seen: 0, delivered: 0, known: 0, filtered: 0, deferred: 0, quarantined: 0, unrouted: 0 },
  ...{ documents: 0, bytes: 0, settled: 0 },
};
const at = '2026-01-05T08:00:00.000Z';
const scanner = Launcher.parse({
  ...launcherDraft('/in', undefined, { description: 'Scanner' }),
  ...{ id: 'scan', paused: false, createdAt: at, changedAt: at },
});
const failed = (kind: ErrorKind): Partial<Run> => ({
  ...{ outcome: 'failed', error: { kind, code: 'path.notAbsolute', params: { path: 'D:\\in' } } },
});

function setUp() {
  const emitter = createEmitter(memoryLogger());
  const reports: Report[] = [];
  const call = ((name: string) =>
    Promise.resolve(name === 'launchers.get' ? scanner : [])) as Dispatch;
  tellOfRuns({
    ...{ engine: { call, on: emitter.on }, logger: memoryLogger() },
    notices: { report: (report) => reports.push(report) },
    texts: () => desktopTexts('fr', 'fr'),
  });
  const ends = async (run: Partial<Run>): Promise<void> => {
    const whole = {
      ...{ id: 1, launcherId: 'scan', cause: 'schedule', outcome: 'done', counts, error: null },
      ...{ startedAt: at, endedAt: at, ...run },
    };
    emitter.emit('run.ended', { launcherId: 'scan', run: whole } as never);
    for (let turn = 0; turn < 5; turn += 1) await new Promise((next) => setImmediate(next));
  };
  return { reports, ends, settings: () => reports.map(({ setting }) => setting) };
}

describe('of a launcher', () => {
  it('that fails is told with the reason and opens its runs; told once, however long it lasts', async () => {
    const { reports, ends } = setUp();

    await ends(failed('config'));
    await ends(failed('config'));

    expect(reports).toEqual([
      expect.objectContaining({ setting: 'failures', page: '/launchers/scan/runs' }),
    ]);
    expect(reports[0]!.body).toMatch(/^« Scanner » n'a pas abouti\. .*D:\\in/);
  });

  it('is told what may pass by itself only when it did not', async () => {
    const { settings, ends } = setUp();

    await ends(failed('transient'));
    expect(settings()).toEqual([]);
    await ends(failed('transient'));

    expect(settings()).toEqual(['failures']);
  });

  it('that gets through again is told, where its failure was', async () => {
    const { settings, ends } = setUp();
    await ends(failed('transient'));
    await ends({});
    expect(settings()).toEqual([]);

    await ends(failed('config'));
    await ends({});
    await ends({});

    expect(settings()).toEqual(['failures', 'recovery']);
  });

  it('that must sign in is left to the core, which tells it once for the account', async () => {
    const { settings, ends } = setUp();

    await ends(failed('auth'));

    expect(settings()).toEqual([]);
  });
});

describe('of a document', () => {
  const quarantined = async () => {
    const desktop = await makeDesktop(dir());
    const [input, output] = [join(dir(), 'in'), join(dir(), 'out')];
    mkdirSync(input);
    mkdirSync(output);
    const job = await desktop.call('jobs.save', jobDraft(output));
    const launcher = await desktop.call(
      'launchers.save',
      launcherDraft(input, job, { description: 'Scanner', limits: { maxItemBytes: 5 } }),
    );
    writeFileSync(join(input, 'facture.pdf'), 'longer than five bytes');
    const run = async () => {
      await desktop.clock.advance(2_000);
      await desktop.call('runs.runToEnd', { id: launcher.id, once: true });
      const items = await desktop.call('items.list', { state: 'quarantined', limit: 1 });
      return items[0];
    };
    return { ...desktop, run };
  };

  it('that went to quarantine is told, and its page opens', async () => {
    const { run, notifications, window } = await quarantined();

    const item = await run();
    await eventually(() => notifications.length > 0);
    notifications[0]!.emit('click');

    expect(notifications[0]!.body).toContain('« Scanner »');
    expect(window.contents.sent.at(-1)).toMatchObject({ values: [`/items/${item!.id}`] });
  });

  it('that went to quarantine is not told once its setting is saved as off', async () => {
    const { run, notifications, call, window } = await quarantined();
    const settings = await call('settings.get', {});
    await call('settings.save', { ...settings, notify: { ...settings.notify, quarantine: false } });

    expect(await run()).toBeDefined();
    await eventually(() => window.contents.sent.some(({ values }) => values[0] === 'run.ended'));
    for (let turn = 0; turn < 20; turn += 1) await new Promise((next) => setImmediate(next));

    expect(notifications).toEqual([]);
  });

  it('among several is told with them, and the list opens', async () => {
    const { reports, ends } = setUp();

    await ends({ outcome: 'warnings', counts: { ...counts, seen: 3, quarantined: 3 } });

    expect(reports).toEqual([
      expect.objectContaining({ setting: 'quarantine', page: '/quarantine' }),
    ]);
    expect(reports[0]!.body).toContain('3 documents');
  });
});
