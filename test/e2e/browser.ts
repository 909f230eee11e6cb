// Debian's Chromium, driven by playwright-core. What the page complains about is kept: a CSP violation, a missing sentence, an
// error nobody caught; a test that ends with complaints fails.
import { existsSync } from 'node:fs';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';

const CHROMIUM = process.env['CHROMIUM'] ?? '/usr/bin/chromium';

export const hasChromium = (): boolean => existsSync(CHROMIUM);

/** `more`: further arguments of Chromium's own. */
export function launchChromium(more: readonly string[] = []): Promise<Browser> {
  return chromium.launch({
    executablePath: CHROMIUM,
    args: ['--no-sandbox', '--font-render-hinting=none', ...more],
  });
}

export type Tab = {
  readonly context: BrowserContext;
  readonly page: Page;
  /** What the console said as error, what was thrown, what the CSP refused. */
  readonly complaints: string[];
};

export type TabOptions = {
  readonly language?: 'fr' | 'en';
  readonly theme?: 'light' | 'dark';
  readonly width?: number;
  readonly height?: number;
  /** 2 = the page at 200 %: `width` and `height` are then what is left of the screen. */
  readonly zoom?: number;
  /** Windows' high contrast. */
  readonly forcedColors?: boolean;
};

/** A fresh profile with the window open on `url`. */
export async function openTab(
  browser: Browser,
  url: string,
  options: TabOptions = {},
): Promise<Tab> {
  const { language = 'fr', theme = 'light', width = 1280, height = 800, zoom = 1 } = options;
  const context = await browser.newContext({
    locale: language === 'fr' ? 'fr-FR' : 'en-GB',
    colorScheme: theme,
    viewport: { width, height },
    deviceScaleFactor: zoom,
    forcedColors: options.forcedColors === true ? 'active' : 'none',
    timezoneId: 'Europe/Paris',
  });
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('console', (message) => {
    if (message.type() !== 'error' && message.type() !== 'warning') return;
    // The browser's own word for a request that failed because the core was stopped on purpose.
    if (/net::ERR_|status of 401/.test(message.text())) return;
    complaints.push(message.text());
  });
  await page.goto(url);
  await page.locator('main h1').first().waitFor({ state: 'attached' });
  return { context, page, complaints };
}

/** Goes to a page of the window by its address, without loading it anew; until it is shown the title is that of the page before. */
export async function visit(page: Page, path: string): Promise<void> {
  await page.evaluate(async (to) => {
    if (location.hash === `#${to}`) return;
    const { $router } = (document.querySelector('#app') as unknown as Mounted).__vue_app__.config
      .globalProperties;
    await new Promise<void>((resolve) => {
      const stop = $router.afterEach(() => {
        stop();
        resolve();
      });
      location.hash = to;
    });
  }, path);
  await page.locator('main h1').first().waitFor({ state: 'attached' });
}

type Mounted = {
  readonly __vue_app__: {
    readonly config: {
      readonly globalProperties: {
        readonly $router: { afterEach(done: () => void): () => void };
      };
    };
  };
};
