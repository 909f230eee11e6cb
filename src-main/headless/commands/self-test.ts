// `lanceur self-test`: whether everything the program stands on works on this machine: SQLite, vault, disk, filter
// thread, TLS, languages, and the target of every COLD job. Works in a folder of its own, which it removes.
import { mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { CheckStep } from '#contract/model/check';
import { createCore, type Core } from '../../core/create-core.ts';
import { toErrorBody } from '../../core/errors.ts';
import type { Clock } from '../../core/ports.ts';
import type { Texts } from '#contract/texts/texts';
import type { Command, CommandContext } from '../command.ts';
import { worstExit } from '../exit-codes.ts';
import { createHeadlessPorts, type HeadlessPorts } from '../headless-ports.ts';
import { tryDisk, tryLanguages, tryVault } from '../self-test/try-machine.ts';
import { tryTls } from '../self-test/try-tls.ts';
import { tableLines } from '../terminal/table.ts';
import { exitOfStep } from './exit-of-step.ts';
import { printJson } from './print-json.ts';
import { stepWords } from './say-check.ts';

export const selfTest: Command = async (context) => {
  const { terminal, texts, json, surroundings } = context;
  const ports = await createHeadlessPorts(surroundings);
  const folder = await mkdtemp(join(surroundings.dataDir, 'self-test-'));
  try {
    const steps = await trySteps(context, ports, folder);
    if (json) printJson(terminal, { ok: steps.every((step) => step.ok), steps });
    else for (const line of stepTable(steps, texts)) terminal.result(line);
    return worstExit(steps.map(exitOfStep));
  } finally {
    await rm(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 50 });
    ports.logger.close();
  }
};

async function trySteps(
  context: CommandContext,
  ports: HeadlessPorts,
  folder: string,
): Promise<CheckStep[]> {
  const { clock } = ports;
  const step = (name: string, work: () => Promise<CheckStep['params'] | undefined>) =>
    timed(clock, `selfTest.${name}`, work);
  let core: Core | undefined;
  const steps = [
    await step('sqlite', async () => {
      core = await createCore({ ...ports, paths: { ...ports.paths, dataDir: folder } });
      await core.call('status.get', {});
      return undefined;
    }),
    await step('vault', () => tryVault(folder, ports.paths.dataDir)),
    await step('disk', () => tryDisk(folder, ports.paths.dataDir)),
    await step('filter', async () => {
      // A look-ahead: only the thread's engine can do it, a list of globs would never start it.
      const filter = { include: '/.*\\.(?!db).*/', exclude: '', caseSensitive: false };
      await core?.call('filter.test', { filter, names: ['a.pdf'] });
      return undefined;
    }),
    await step('tls', () => tryTls(context.signal)),
    await step('languages', tryLanguages),
  ];
  await core?.stop();
  return [...steps, ...(await targetSteps(context, clock))];
}

/** The COLD jobs of the real data folder, by whoever holds it. */
async function targetSteps(context: CommandContext, clock: Clock): Promise<CheckStep[]> {
  const steps: CheckStep[] = [];
  const opened = await timed(clock, 'selfTest.store', async () => {
    const session = await context.session();
    for (const { id, name } of await session.call('jobs.list', {})) {
      const report = await session.call('jobs.check', { id }, { signal: context.signal });
      const titled = report.steps.map((one) => ({ ...one, params: { job: name, ...one.params } }));
      steps.push(...titled);
    }
    return undefined;
  });
  return [opened, ...steps];
}

async function timed(
  clock: Clock,
  step: string,
  work: () => Promise<CheckStep['params'] | undefined>,
): Promise<CheckStep> {
  const startMs = clock.monotonicMs();
  const done = (rest: Pick<CheckStep, 'ok' | 'params' | 'error'>): CheckStep => ({
    step,
    warning: null,
    durationMs: clock.monotonicMs() - startMs,
    ...rest,
  });
  try {
    return done({ ok: true, params: (await work()) ?? {}, error: null });
  } catch (thrown) {
    return done({ ok: false, params: {}, error: toErrorBody(thrown) });
  }
}

function stepTable(steps: readonly CheckStep[], texts: Texts): string[] {
  const rows = steps.map((step) => {
    const { mark, tried, took, trouble } = stepWords(step, texts);
    return [mark, tried, took, trouble];
  });
  return tableLines(rows, { align: ['left', 'left', 'right'] });
}
