// Gathers the steps of a connector's check: what was tried, what was found, how long it took.
import type { CheckStep } from '#contract/model/check';
import type { ErrorParams } from '#contract/error-codes';
import { type AppError, toErrorBody } from '../../errors.ts';
import type { Clock } from '../../ports.ts';

export interface CheckSteps {
  pass(step: string, found?: { readonly params?: ErrorParams; readonly warning?: string }): void;
  fail(step: string, error: AppError): void;
  readonly list: () => readonly CheckStep[];
}

export function createCheckSteps(clock: Clock): CheckSteps {
  const steps: CheckStep[] = [];
  let since = clock.monotonicMs();
  const add = (step: Omit<CheckStep, 'durationMs'>): void => {
    const now = clock.monotonicMs();
    steps.push({ ...step, durationMs: Math.round(now - since) });
    since = now;
  };
  return {
    pass: (step, { params = {}, warning } = {}) => {
      add({ step, ok: true, warning: warning ?? null, params, error: null });
    },
    fail: (step, error) => {
      const body = toErrorBody(error);
      add({ step, ok: false, warning: null, params: body.params, error: body });
    },
    list: () => steps,
  };
}
