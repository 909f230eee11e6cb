// The test of a launcher: its source, then each COLD job it delivers to.
import type { CheckReport } from '#contract/model/check';
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
    return { ok: steps.every((step) => step.ok), steps };
  } finally {
    await source.close();
  }
}
