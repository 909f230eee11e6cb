// For what Windows refuses while somebody holds the file (EPERM, EACCES, EBUSY): virus scanners, indexers and
// thumbnailers open what just appeared, for a moment. Tries again, waits longer each time, and not for ever.
import type { Clock } from '../ports.ts';
import type { DiskCalls } from './disk-calls.ts';
import { systemCode } from './files-errors.ts';

export type Patience = {
  /** Milliseconds before each further try; their sum bounds the wait. */
  readonly waitsMs: readonly number[];
  /** System codes that may pass. */
  readonly codes: ReadonlySet<string>;
};

export type PatientTools = {
  readonly disk: DiskCalls;
  readonly clock: Clock;
  readonly patience: Patience;
  readonly signal: AbortSignal;
};

/** Five seconds on Windows; elsewhere a refusal is a refusal, but for a file in use on a share. */
export function patienceOf(platform: NodeJS.Platform): Patience {
  const codes = platform === 'win32' ? ['EPERM', 'EACCES', 'EBUSY'] : ['EBUSY', 'ETXTBSY'];
  return { waitsMs: [10, 20, 40, 80, 150, 300, 600, 1200, 2600], codes: new Set(codes) };
}

/** Throws the system's last error unmapped, or CancelledError while waiting. */
export function renamePatiently(from: string, to: string, tools: PatientTools): Promise<void> {
  return patiently(() => tools.disk.rename(from, to), tools);
}

/** As `renamePatiently`. */
export function unlinkPatiently(path: string, tools: PatientTools): Promise<void> {
  return patiently(() => tools.disk.unlink(path), tools);
}

async function patiently(
  attempt: () => Promise<void>,
  { clock, patience, signal }: PatientTools,
): Promise<void> {
  for (const waitMs of patience.waitsMs) {
    try {
      await attempt();
      return;
    } catch (thrown) {
      if (!patience.codes.has(systemCode(thrown))) throw thrown;
    }
    await clock.sleep(waitMs, signal);
  }
  await attempt();
}
