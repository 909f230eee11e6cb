// How the command ends, as scripts see it. The same table stands in the README and in `lanceur help`.
import type { ErrorBody } from '#contract/error-codes';
import type { Run } from '#contract/model/run';
import { assertNever } from '../core/errors.ts';

export const exitCodes = {
  ok: 0,
  /** Done, but something is quarantined, unrouted, could not be settled, or an item was refused. */
  warnings: 1,
  /** The command line cannot be understood, or the program cannot start here. */
  usage: 2,
  configuration: 3,
  signIn: 4,
  /** A source or target is away, full or busy: later it may work. */
  away: 5,
  inUse: 6,
  damaged: 7,
  bug: 70,
  interrupted: 130,
} as const;
export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];

/** From best to worst: several results end in the worst of them. */
const severity: readonly ExitCode[] = [0, 1, 5, 4, 3, 2, 6, 7, 70, 130];

export function worstExit(codes: readonly ExitCode[]): ExitCode {
  const rank = Math.max(0, ...codes.map((code) => severity.indexOf(code)));
  return severity[rank] ?? exitCodes.bug;
}

const CANNOT_START: ReadonlySet<string> = new Set([
  'store.newer',
  'data.unusable',
  'data.noTemporary',
]);

export function exitOfError(error: Pick<ErrorBody, 'kind' | 'code'>): ExitCode {
  if (error.code.startsWith('usage.') || CANNOT_START.has(error.code)) return exitCodes.usage;
  if (error.code === 'store.inUse') return exitCodes.inUse;
  if (error.code === 'store.damaged') return exitCodes.damaged;
  switch (error.kind) {
    case 'config':
      return exitCodes.configuration;
    case 'auth':
      return exitCodes.signIn;
    case 'transient':
      return exitCodes.away;
    case 'refused':
    case 'gone':
      return exitCodes.warnings;
    case 'cancelled':
      return exitCodes.interrupted;
    case 'unexpected':
      return exitCodes.bug;
    default:
      return assertNever(error.kind);
  }
}

export function exitOfRun(run: Pick<Run, 'outcome' | 'error'>): ExitCode {
  switch (run.outcome) {
    case 'done':
      return exitCodes.ok;
    case 'failed':
      return run.error === null ? exitCodes.bug : exitOfError(run.error);
    case 'waiting':
      return exitCodes.away;
    // Those below `warnings` were cut by a time limit, or stopped by somebody else: the rest is for the next run.
    case 'warnings':
    case 'stopped':
    case 'interrupted':
    case 'running':
      return exitCodes.warnings;
    default:
      return assertNever(run.outcome);
  }
}
