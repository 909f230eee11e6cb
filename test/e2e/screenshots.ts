// `npm run screenshots`: every page in French and English, light, and some in the dark, to docs/screens.
import { mkdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { LauncherId } from '#contract/ids';
import { whyMissing } from '../servers/required.ts';
import { startDovecot } from '../servers/dovecot.ts';
import { startOpenidProvider } from '../servers/openid-provider.ts';
import { launchChromium, openTab, visit } from './browser.ts';
import {
  type Cloud,
  saveGoogleAccount,
  saveMicrosoftAccount,
  startCloud,
  useCloud,
} from './cloud.ts';
import { openRouter, startTownMail } from './router-town.ts';
import { saveProviderAccount } from './provider-account.ts';
import { pathOf, shoot, shootDialog } from './shoot.ts';
import { shootDialogs, shootSignIns, shootTunnel } from './shoot-dialogs.ts';
import { runLanceur, type Serve, startServe } from './serve.ts';
import { townWords } from './town-words.ts';
import { buildTown, mailInvoices, scan, scanTrouble, townConfiguration } from './town.ts';

// Names fit to be seen in the pictures.
const rootOf = (language: 'fr' | 'en'): string => join(tmpdir(), townWords[language].root);
const roots = [rootOf('fr'), rootOf('en')];
const clear = (): void => {
  for (const folder of roots) rmSync(folder, { recursive: true, force: true });
};
clear();
for (const folder of roots) mkdirSync(folder);
const cloud = await startCloud(rootOf('fr'));
// The browser stands in this time zone too.
process.env['TZ'] = 'Europe/Paris';
const dovecot = await startDovecot();
const smtp = await startTownMail();
const provider = await startOpenidProvider();
const browser = await launchChromium();
try {
  await shootStart();
  for (const language of ['fr', 'en'] as const) await shootTown(language);
} finally {
  await browser.close();
  await dovecot.stop();
  await smtp.stop();
  await provider.stop();
  await cloud.stop();
  clear();
}

/** Each language has a town hall of its own, for what people name is in their language. */
async function shootTown(language: 'fr' | 'en'): Promise<void> {
  const words = townWords[language];
  const town = buildTown(rootOf(language), words);
  let serve = await startServe(town.dataDir);
  try {
    await serve.call('configuration.import', {
      configuration: townConfiguration(town, dovecot, words),
      secrets: { courrier: dovecot.password },
    });
    // The language of what the program itself writes: test messages, alarms.
    await serve.call('settings.save', { ...(await serve.call('settings.get', {})), language });
    await serve.stop();
    await pastDays(town.dataDir, (day, count) => {
      scan(town, count, `${language === 'fr' ? 'J' : 'D'}${day.padStart(3, '0')}`);
    });
    scan(town, 6, words.reception);
    scanTrouble(town, words);
    await mailInvoices(dovecot, words);
    serve = await startServe(town.dataDir, 0, cloud.front.env);
    await useCloud(serve, cloud);
    for (const id of ['scanner', 'factures', 'marches'] as const) {
      await serve.call('runs.runToEnd', { id: LauncherId.parse(id), once: true });
    }
    await openRouter(serve, smtp, words);
    await saveProviderAccount(serve, provider, { name: words.online, user: words.accountingMail });
    await saveGoogleAccount(serve, cloud, { name: words.gmail, user: words.gmailUser });
    await saveMicrosoftAccount(serve, { name: words.o365, user: words.receptionMail });
    scan(town, 2, words.more);
    await shootAll(browser, serve, language, cloud);
  } finally {
    await serve.stop();
  }
}

/** A history of some days, made by the program itself with the clock turned back. */
async function pastDays(dataDir: string, prepare: (day: string, count: number) => void) {
  if (whyMissing('faketime') !== undefined) return;
  for (const [back, count] of [
    [11, 9],
    [10, 14],
    [9, 7],
    [6, 18],
    [5, 12],
    [4, 21],
    [3, 8],
    [2, 3],
  ] as const) {
    prepare(String(back), count);
    await runLanceur(dataDir, ['run', 'scanner', '--once', '--quiet'], `-${back} days`).catch(
      () => undefined,
    );
  }
}

async function shootStart(): Promise<void> {
  const town = buildTown(join(rootOf('fr'), 'premier'));
  const empty = await startServe(town.dataDir);
  try {
    for (const language of ['fr', 'en'] as const) {
      const { page, context } = await openTab(browser, empty.url, { language });
      await page.getByRole('heading', { level: 1, name: /^(Premiers pas|First steps)/ }).waitFor();
      await shoot(page, language, 'start');
      await context.close();
    }
  } finally {
    await empty.stop();
  }
}

async function shootAll(
  chromium: Browser,
  { url, call }: Serve,
  language: 'fr' | 'en',
  providers: Cloud,
): Promise<void> {
  const { page, context } = await openTab(chromium, url, { language });
  const quarantined = await call('items.list', { state: 'quarantined', limit: 1 });
  const services = await call('services.list', {});
  const connectors = await call('connectors.list', {});
  const failed = await call('outbox.list', { states: ['failed'], limit: 1 });
  const delivered = await call('items.list', { launcherId: 'factures', limit: 1 });
  const pages: readonly (readonly [name: string, path: string])[] = [
    ['dashboard', '/'],
    ['launchers', '/launchers'],
    ['launcher-folder', '/launchers/scanner'],
    ['launcher-imap', '/launchers/factures'],
    ['launcher-preview', '/launchers/scanner/preview'],
    ['launcher-runs', '/launchers/scanner/runs'],
    ['jobs', '/jobs'],
    ['job', '/jobs/j87'],
    ['accounts', '/accounts'],
    ['history', '/history'],
    ['item', `/items/${delivered[0]?.id ?? 1}`],
    ['item-quarantined', `/items/${quarantined[0]?.id ?? 1}`],
    ['quarantine', '/quarantine'],
    ['launcher-pop', '/launchers/new/pop'],
    ['launcher-o365', '/launchers/new/o365'],
    ['launcher-adullact', '/launchers/new/adullact'],
    ['router', '/router'],
    ['services', '/services'],
    ['service', `/services/${services[0]?.id ?? ''}`],
    ['connectors', '/connectors'],
    ['connector', `/connectors/${connectors[0]?.id ?? ''}`],
    ['outbox', '/outbox'],
    ['message-failed', `/outbox/${failed[0]?.id ?? 1}`],
    ['compose', '/compose'],
    ['notices', '/notices'],
    ['notice', '/notices/new'],
    ['settings', '/settings'],
    ['guide', '/guide'],
    ['guide-section', '/guide/filters'],
  ];
  for (const [name, path] of pages) {
    await visit(page, path);
    await page.waitForTimeout(400);
    await shoot(page, language, name);
  }
  await visit(page, '/launchers/scanner');
  const card = page.locator('section.card');
  for (const [index, name] of ['affiliations', 'schedule'].entries()) {
    await card.nth(index + 1).scrollIntoViewIfNeeded();
    await page.waitForTimeout(300);
    await card.nth(index + 1).screenshot({ path: pathOf(language, `block-${name}`) });
  }
  await page.locator('fieldset button', { hasText: /filtre|filter/i }).click();
  await page.waitForTimeout(1200);
  await shootDialog(page, language, 'filter-tester');
  await page.keyboard.press('Escape');
  await visit(page, '/launchers/factures');
  await page.locator('main header button').first().click();
  await page.locator('ol.steps').waitFor();
  await page.locator('main').evaluate((main) => {
    main.scrollTop = 0;
  });
  await shoot(page, language, 'launcher-check');
  await shootDialogs(page, language);
  await shootSignIns(page, language, providers);
  await shootTunnel(page, language);
  await page.keyboard.press('Control+k');
  await page.waitForTimeout(200);
  await shoot(page, language, 'search');
  await context.close();
  const dark = await openTab(chromium, url, { language, theme: 'dark' });
  await visit(dark.page, '/');
  await dark.page.waitForTimeout(400);
  await shoot(dark.page, language, 'dashboard-dark');
  await visit(dark.page, '/launchers/scanner');
  await scannerOf(dark.page, language).waitFor();
  await dark.page.waitForTimeout(600);
  await shoot(dark.page, language, 'launcher-dark');
  await dark.context.close();
  const narrow = await openTab(chromium, url, { language, width: 900, height: 700 });
  await visit(narrow.page, '/launchers/scanner');
  await scannerOf(narrow.page, language).waitFor();
  await narrow.page.waitForTimeout(600);
  await shoot(narrow.page, language, 'launcher-narrow');
  await narrow.context.close();
}

function scannerOf(page: Page, language: 'fr' | 'en') {
  return page.getByRole('heading', { level: 1, name: townWords[language].scanner });
}
