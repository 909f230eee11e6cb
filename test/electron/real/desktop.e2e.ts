// What only the real Electron can show: the sandbox, the page of the built program, the tray's window, the heart of it all.
import { execFile } from 'node:child_process';
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { visit } from '../../e2e/browser.ts';
import { deliverFirstDocument } from '../../e2e/scenarios/first-document.ts';
import { scan } from '../../e2e/town.ts';
import { eventually } from '../../helpers/eventually.ts';
import { jobDraft, launcherDraft } from '../../helpers/make-config.ts';
import { useTempDir } from '../../helpers/temp-dir.ts';
import {
  describeDesktop,
  electronBinary,
  type RealDesktop,
  startRealDesktop,
} from './electron-driver.ts';

const root = join(import.meta.dirname, '../../..');

describeDesktop('the desktop program', () => {
  const dir = useTempDir();
  let desktop: RealDesktop;
  beforeEach(async () => {
    desktop = await startRealDesktop(join(dir(), 'data'));
  });
  afterEach(() => desktop.stop());

  it('shows its page, which has seven functions and nothing of Node', async () => {
    const found = await desktop.page.evaluate(() => ({
      origin: location.origin,
      bridge: Object.keys((window as unknown as { bridge: object }).bridge).sort(),
      node: ['require', 'process', 'module', 'Buffer'].filter((name) => name in window),
    }));

    expect(found).toEqual({
      origin: 'app://lanceur',
      bridge: ['call', 'cancel', 'onEvent', 'onShow', 'openFolder', 'pickFolder', 'upload'],
      node: [],
    });
  });

  it('delivers its first document after four steps, by keyboard alone', async () => {
    const [scans, input] = [join(dir(), 'scans'), join(dir(), 'input')];
    for (const folder of [scans, input]) mkdirSync(folder);
    scan({ scanner: scans }, 2, 'PREMIER');

    await deliverFirstDocument(desktop.page, { scans, input, first: 'SCAN_PREMIER_001.pdf' });

    await eventually(() => readdirSync(input).includes('SCAN_PREMIER_001.pdf'));
  });

  it('takes a file for a message', async () => {
    await visit(desktop.page, '/compose');
    const file = { name: 'ordre.txt', mimeType: 'text/plain', buffer: Buffer.from('1. Budget') };

    await desktop.page.locator('input[type=file]').setInputFiles([file]);

    await desktop.page.getByText('ordre.txt').waitFor();
  });

  it('takes the calls of the command while it runs', async () => {
    await desktop.call('jobs.save', jobDraft(dir(), { name: 'cold' }));
    const args = [root, '--headless', '--data', join(dir(), 'data'), 'export'];

    const { stdout } = await promisify(execFile)(electronBinary() ?? '', args);

    expect(stdout).toContain('"cold"');
  });

  it('delivers a document of a folder, and keeps many of them whole', async () => {
    const [scans, input] = [join(dir(), 'scans'), join(dir(), 'input')];
    for (const folder of [scans, input]) mkdirSync(folder);
    for (let index = 0; index < 200; index += 1) {
      writeFileSync(join(scans, `f${index}.pdf`), `%PDF-1.4 ${'x'.repeat(index * 50)}\n%%EOF`);
    }
    const job = await desktop.call('jobs.save', jobDraft(input, { name: 'cold' }));
    const launcher = await desktop.call('launchers.save', {
      ...launcherDraft(scans, job),
      source: { protocol: 'folder', path: scans, fate: { kind: 'leave' } },
    });

    const run = await desktop.call('runs.runToEnd', { id: launcher.id, once: true });

    expect(run.counts.documents).toBe(200);
    expect(readdirSync(input)).toHaveLength(200);
  });

  it('goes on working when its page crashes, and shows it again', async () => {
    const { app } = desktop;
    await app.evaluate(({ BrowserWindow }) => {
      BrowserWindow.getAllWindows()[0]?.webContents.forcefullyCrashRenderer();
    });

    await eventually(
      () =>
        app.evaluate(({ BrowserWindow }) => {
          const contents = BrowserWindow.getAllWindows()[0]?.webContents;
          return contents?.isCrashed() === false && !contents.isLoading();
        }),
      { withinMs: 15_000 },
    );
  });

  it('closes to the tray', async () => {
    await desktop.app.evaluate(({ BrowserWindow }) => {
      BrowserWindow.getAllWindows()[0]?.close();
    });

    const isVisible = await desktop.app.evaluate(({ BrowserWindow }) =>
      BrowserWindow.getAllWindows()[0]?.isVisible(),
    );
    expect(isVisible).toBe(false);
    expect((await desktop.call('status.get', {})).condition).toBe('idle');
  });

  it('is the command too, after --headless', async () => {
    const data = join(dir(), 'other');
    const args = [root, '--headless', '--data', data, '--json', 'status'];

    const { stdout } = await promisify(execFile)(electronBinary() ?? '', args);

    expect(JSON.parse(stdout)).toMatchObject({ condition: 'idle', launchers: [] });
  });
});
