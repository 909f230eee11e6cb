// What the main thread of a page did while something went on, by Chromium's own trace: CPU time of each task, which a busy machine
// does not lengthen, and the frames that were shown.
import type { Browser, Page } from 'playwright-core';
import { z } from 'zod';

export type MainThread = {
  /** CPU time of all tasks together. */
  readonly cpuMs: number;
  readonly longestTaskMs: number;
  /** Tasks over 50 ms of CPU: what a person feels as a jerk. */
  readonly longTasks: number;
  /** CPU time of compiling and running scripts. */
  readonly scriptMs: number;
};

const Trace = z.object({
  traceEvents: z.array(
    z.object({
      name: z.string(),
      pid: z.number(),
      tid: z.number(),
      /** CPU time in µs. */
      tdur: z.number().optional(),
      args: z.object({ name: z.string().optional() }).loose().optional(),
    }),
  ),
});

const CATEGORIES = ['toplevel', 'devtools.timeline', 'v8', '__metadata'];
const SCRIPT = new Set(['EvaluateScript', 'v8.compileModule', 'v8.evaluateModule', 'FunctionCall']);

export async function watchMainThread(
  browser: Browser,
  page: Page,
  work: () => Promise<void>,
): Promise<MainThread> {
  await browser.startTracing(page, { categories: CATEGORIES });
  try {
    await work();
  } catch (thrown) {
    await browser.stopTracing();
    throw thrown;
  }
  const { traceEvents } = Trace.parse(JSON.parse((await browser.stopTracing()).toString('utf8')));
  const mains = new Set(
    traceEvents
      .filter(({ name, args }) => name === 'thread_name' && args?.name === 'CrRendererMain')
      .map(({ pid, tid }) => `${pid} ${tid}`),
  );
  const own = traceEvents.filter(({ pid, tid }) => mains.has(`${pid} ${tid}`));
  const cpu = (wanted: (name: string) => boolean): number[] =>
    own.filter(({ name }) => wanted(name)).map(({ tdur = 0 }) => tdur / 1000);
  const tasks = cpu((name) => name === 'RunTask' || name === 'ThreadControllerImpl::RunTask');
  return {
    cpuMs: sum(tasks),
    longestTaskMs: Math.max(0, ...tasks),
    longTasks: tasks.filter((ms) => ms > 50).length,
    scriptMs: sum(cpu((name) => SCRIPT.has(name))),
  };
}

const sum = (values: readonly number[]): number => values.reduce((all, one) => all + one, 0);
