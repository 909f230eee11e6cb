// A run's surroundings for looking only: the same source and destinations, no run row, nothing written.
import type { Launcher } from '#contract/model/launcher';
import { AppError } from '../errors.ts';
import type { CoreParts } from '../core-parts.ts';
import { createTally } from '../pipeline/tally.ts';
import type { PreparedRun } from './prepare-run.ts';

export function inspectRun(
  parts: Pick<CoreParts, 'prepare'>,
  launcher: Launcher,
  signal: AbortSignal,
): Promise<PreparedRun> {
  return parts.prepare({
    launcher,
    // By hand: items whose next try is still to come are looked at too.
    cause: 'manual',
    once: true,
    tally: createTally(() => undefined),
    signal,
    runId: () => {
      throw new AppError('unexpected', 'internal.bug', { message: 'a look must not write' });
    },
  });
}
