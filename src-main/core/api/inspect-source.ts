// What is asked of an inspected launcher: its test (its source, then each COLD job it delivers to) and its folders.
import type { CheckReport, CheckStep } from '#contract/model/check';
import type { PreparedRun } from '../engine/prepare-run.ts';

/** Closes the source. */
export async function checkSteps(
  { context, source }: PreparedRun,
  signal: AbortSignal,
): Promise<CheckReport> {
  try {
    const steps = [...(await source.check(signal))];
    for (const destination of context.destinations.values()) {
      steps.push(...(await destination.check(signal)));
    }
    return reportOf(steps);
  } finally {
    await source.close();
  }
}

/** What there is to choose from; empty where the source has no folders. Closes the source. */
export async function foldersOf({ source }: PreparedRun, signal: AbortSignal) {
  try {
    return [...((await source.folders?.(signal)) ?? [])];
  } finally {
    await source.close();
  }
}

export const reportOf = (steps: readonly CheckStep[]): CheckReport => ({
  ok: steps.every((step) => step.ok),
  steps: [...steps],
});
