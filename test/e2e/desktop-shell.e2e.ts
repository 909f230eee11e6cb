// The desktop program end to end, as far as it goes without Electron's binary: real page, preload, shell and core.
import { mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { eventually } from '../helpers/eventually.ts';
import { useTempDir } from '../helpers/temp-dir.ts';
import { launchChromium, visit } from './browser.ts';
import { openDesktopShell } from './desktop-shell.ts';
import { deliverFirstDocument } from './scenarios/first-document.ts';
import { describeWindow } from './stage.ts';
import { scan } from './town.ts';

describeWindow('the window in the desktop program', () => {
  const dir = useTempDir();
  let browser: Browser;
  beforeAll(async () => {
    browser = await launchChromium();
  });
  afterAll(() => browser.close());
  const open = async () => {
    const context = await browser.newContext({ locale: 'fr-FR', timezoneId: 'Europe/Paris' });
    const page = await context.newPage();
    const complaints: string[] = [];
    page.on('pageerror', (error) => complaints.push(error.message));
    page.on('console', (message) => {
      if (['error', 'warning'].includes(message.type())) complaints.push(message.text());
    });
    return { page, complaints, context, desktop: await openDesktopShell(page, dir()) };
  };

  it('delivers its first document after four steps, by keyboard alone', async () => {
    const [scans, input] = [join(dir(), 'scans'), join(dir(), 'input')];
    for (const folder of [scans, input]) mkdirSync(folder);
    scan({ scanner: scans }, 2, 'PREMIER');
    const { page, complaints, context } = await open();

    await deliverFirstDocument(page, { scans, input, first: 'SCAN_PREMIER_001.pdf' });

    await eventually(() => readdirSync(input).includes('SCAN_PREMIER_001.pdf'));
    expect(complaints).toEqual([]);
    await context.close();
  });

  it('takes a file for a message from the picker of the system', async () => {
    const { page, complaints, context } = await open();
    await page.getByRole('heading', { name: 'Premiers pas' }).waitFor();
    await visit(page, '/compose');
    const chooser = page.waitForEvent('filechooser');
    await page.getByRole('button', { name: 'Joindre des fichiers' }).click();
    const file = { name: 'ordre.txt', mimeType: 'text/plain', buffer: Buffer.from('1. Budget') };
    await (await chooser).setFiles([file]);

    await page.getByText('ordre.txt').waitFor();

    const kept = readdirSync(join(dir(), 'data'), { recursive: true, encoding: 'utf8' });
    expect(kept.filter((name) => name.endsWith('.bin'))).toHaveLength(1);
    expect(complaints).toEqual([]);
    await context.close();
  });

  it('carries the guide with its pictures', async () => {
    const { page, complaints, context } = await open();
    await page.getByRole('heading', { name: 'Premiers pas' }).waitFor();
    await visit(page, '/guide/gmail');
    const picture = page.locator('article img').first();
    await picture.scrollIntoViewIfNeeded();

    await eventually(() =>
      picture.evaluate((element: HTMLImageElement) => element.complete && element.naturalWidth > 0),
    );
    expect(complaints).toEqual([]);
    await context.close();
  });

  it('opens the page that the tray leads to', async () => {
    const { page, complaints, context, desktop } = await open();
    await page.getByRole('heading', { name: 'Premiers pas' }).waitFor();
    await eventually(() => desktop.menu().includes('Réglages'));

    desktop.click('Réglages');

    await page.getByRole('heading', { name: 'Réglages', level: 1 }).waitFor();
    expect(complaints).toEqual([]);
    await context.close();
  });
});
