// The window in Chromium: how fast it is first seen and what it costs; and a history of 100,000 items scrolled from top to bottom by
// wheel and by keyboard. Frames and first paint mean something on a quiet machine only, CPU always.
import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { Browser, Page } from 'playwright-core';
import { launchChromium, openTab, visit } from '../browser.ts';
import { fillHistory } from '../long-history.ts';
import { startServe } from '../serve.ts';
import { type MainThread, watchMainThread } from './main-thread.ts';
import { median } from '../../bench/measure.ts';
import { configure } from '../../bench/program.ts';
import type { Report, Row } from '../../bench/report.ts';
import type { WorkFolder } from '../../bench/work-folder.ts';

const ROUNDS = 7;
const HISTORY = Number(process.env['BENCH_HISTORY'] ?? 100_000);
/** A hand on the wheel moves some ten notches of 120 px within a moment. */
const WHEEL_PX = 1200;
const WHEELS = 400;
const KEYS = 150;

const page = new URL('../../../dist/window/', import.meta.url).pathname;

export async function runWindow(work: WorkFolder): Promise<Report> {
  const { serve, browser, close } = await open(work, 0);
  try {
    const paints: number[] = [];
    const costs: MainThread[] = [];
    for (let round = 0; round < ROUNDS; round += 1) {
      const tab = await browser.newPage();
      const cost = await watchMainThread(browser, tab, async () => {
        await tab.goto(serve.url);
        await tab.locator('main h1').first().waitFor({ state: 'attached' });
        await tab.waitForTimeout(300);
      });
      paints.push(await firstPaintMs(tab));
      costs.push(cost);
      await tab.close();
    }
    const of = (what: (cost: MainThread) => number): number => median(costs.map(what));
    return {
      title: 'the window: first seen, with nothing in the cache of the machine code',
      rows: [
        { label: 'main thread', cpuS: of((one) => one.cpuMs) / 1000 },
        { label: 'scripts', cpuS: of((one) => one.scriptMs) / 1000 },
      ],
      goals: [
        { text: 'first contentful paint', value: median(paints), limit: 1000, unit: 'ms' },
        { text: 'CPU of the main thread', value: of((one) => one.cpuMs), limit: 1000, unit: 'ms' },
        { text: 'the whole window, compressed', value: gzipKb(), limit: 400, unit: 'kB' },
      ],
    };
  } finally {
    await close();
  }
}

export async function runWindowHistory(work: WorkFolder): Promise<Report> {
  const { serve, browser, close } = await open(work, HISTORY);
  try {
    const { page: tab } = await openTab(browser, serve.url);
    await visit(tab, '/history');
    const row = tab.locator('[data-row]').first();
    await row.waitFor();
    await row.hover();
    const wheel = await scrolled(browser, tab, async () => {
      for (let turn = 0; turn < WHEELS; turn += 1) await tab.mouse.wheel(0, WHEEL_PX);
    });
    await tab.locator('[data-row]').first().focus();
    const keys = await scrolled(browser, tab, async () => {
      for (let press = 0; press < KEYS; press += 1) {
        await tab.keyboard.press(press % 10 === 9 ? 'End' : 'PageDown');
      }
    });
    // On to the very end, and back to the top over all that is loaded by now.
    for (let press = 0; !(await isAtEnd(tab)) && press < HISTORY; press += 1) {
      await tab.keyboard.press('End');
    }
    const whole = await scrolled(browser, tab, async () => {
      for (let press = 0; press < KEYS; press += 1) await tab.keyboard.press('PageUp');
      await tab.keyboard.press('Home');
      for (let turn = 0; turn < WHEELS / 2; turn += 1) await tab.mouse.wheel(0, WHEEL_PX);
    });
    const all = { wheel, 'Page Down and End': keys, 'with all rows loaded': whole };
    return {
      title: `a history of ${HISTORY} items, scrolled`,
      rows: Object.entries(all).map(([label, { wallS, cost }]): Row => {
        const { longestTaskMs, longTasks } = cost;
        const tasks = `longest task ${longestTaskMs.toFixed(0)} ms, ${longTasks} over 50 ms`;
        return { label: `${label}: ${tasks}`, wallS, cpuS: cost.cpuMs / 1000 };
      }),
      goals: Object.entries(all).flatMap(([label, { cost, slowFrameMs }]) => [
        { text: `${label}: longest task (CPU)`, value: cost.longestTaskMs, limit: 50, unit: 'ms' },
        { text: `${label}: 99 of 100 frames within`, value: slowFrameMs, limit: 50, unit: 'ms' },
      ]),
    };
  } finally {
    await close();
  }
}

async function open(work: WorkFolder, rows: number) {
  const dataDir = work.fresh('data');
  const target = work.fresh('cold');
  mkdirSync(target);
  const jobs = [{ id: 'job', name: 'job', destination: { kind: 'folder', path: target } }];
  const ids = ['scanner', 'factures', 'marches'];
  const launchers = ids.map((id) => {
    const path = work.fresh('in');
    mkdirSync(path);
    const affiliations = [{ jobId: 'job', extensions: ['pdf'] }];
    return { id, description: id, source: { protocol: 'folder', path }, affiliations };
  });
  configure(dataDir, { jobs, launchers });
  if (rows > 0) fillHistory(dataDir, { rows, launchers: ids, jobs: ['job'] });
  const serve = await startServe(dataDir);
  const browser = await launchChromium();
  const close = async (): Promise<void> => {
    await browser.close();
    await serve.stop();
  };
  return { serve, browser, close };
}

async function scrolled(browser: Browser, tab: Page, scroll: () => Promise<void>) {
  await tab.evaluate(() => {
    const frames: number[] = [];
    Object.assign(window, { frames });
    let before = performance.now();
    const frame = (now: number): void => {
      frames.push(now - before);
      before = now;
      requestAnimationFrame(frame);
    };
    requestAnimationFrame(frame);
  });
  const began = performance.now();
  const cost = await watchMainThread(browser, tab, scroll);
  const wallS = (performance.now() - began) / 1000;
  const slowFrameMs = await tab.evaluate(() => {
    const { frames } = window as unknown as { frames: number[] };
    const sorted = [...frames].sort((a, b) => a - b);
    return sorted[Math.floor(sorted.length * 0.99)] ?? 0;
  });
  return { cost, wallS, slowFrameMs };
}

/** The line below the list says that all is shown. */
const isAtEnd = (tab: Page): Promise<boolean> =>
  tab.evaluate(() => {
    const grid = document.querySelector('[role=grid]');
    return document.activeElement?.getAttribute('aria-rowindex') === grid?.ariaRowCount
      ? !(document.querySelector('p[role=status]')?.textContent ?? 'défil').includes('défil')
      : false;
  });

const firstPaintMs = (tab: Page): Promise<number> =>
  tab.evaluate(() => performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? 0);

const gzipKb = (): number =>
  readdirSync(page, { recursive: true, encoding: 'utf8' })
    .filter((file) => /\.(?:js|css|html)$/.test(file))
    .map((file) => gzipSync(readFileSync(join(page, file))).length / 1000)
    .reduce((all, one) => all + one, 0);
