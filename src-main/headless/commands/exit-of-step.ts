// The exit code that a step of a check stands for.
import type { CheckStep } from '#contract/model/check';
import { type ExitCode, exitCodes, exitOfError } from '../exit-codes.ts';

export function exitOfStep(step: CheckStep): ExitCode {
  if (step.error !== null) return exitOfError(step.error);
  if (!step.ok) return exitCodes.away;
  return step.warning === null ? exitCodes.ok : exitCodes.warnings;
}
