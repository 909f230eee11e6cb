// The result of a test ("Tester la connexion"): named steps, in the order they were tried.
import { z } from 'zod';
import { ErrorBody, ErrorParams } from '../error-codes.ts';

export const CheckStep = z.object({
  /** `resolve`, `connect`, `tls`, `signIn`, `open`, `mayMove`, `read`, `write`, `space`… sentence under `check.<step>`. */
  step: z.string(),
  ok: z.boolean(),
  /** A step that passes with a warning carries its code here. */
  warning: z.string().nullable(),
  params: ErrorParams,
  error: ErrorBody.nullable(),
  durationMs: z.number(),
});
export type CheckStep = z.infer<typeof CheckStep>;

export const CheckReport = z.object({ ok: z.boolean(), steps: z.array(CheckStep) });
export type CheckReport = z.infer<typeof CheckReport>;
