// The closed list of error codes: `area.what`, its class (what to do) in the prefix table below.
// Each has a sentence with the same key under `errors` in both locales.
import { z } from 'zod';

/** What the reader should do; see design of errors in docs/architecture.md. */
export const ErrorKind = z.enum([
  'config', // edit the form; `field` says where
  'auth', // sign in again; the launcher pauses
  'transient', // again later, with back-off
  'refused', // this item goes to quarantine
  'gone', // forget the item
  'cancelled', // somebody asked to stop
  'unexpected', // a bug
]);
export type ErrorKind = z.infer<typeof ErrorKind>;

export const ErrorParams = z.record(z.string(), z.union([z.string(), z.number(), z.boolean()]));
export type ErrorParams = z.infer<typeof ErrorParams>;

/** Why something is as it is, for people: a code and what fills its sentence. */
export const Reason = z.object({ code: z.string(), params: ErrorParams });
export type Reason = z.infer<typeof Reason>;

/** An error as it crosses a process boundary: code and parameters, never a sentence, never a stack. */
export const ErrorBody = z.object({
  kind: ErrorKind,
  code: z.string(),
  params: ErrorParams,
  /** Dotted path of the form field to edit, for `config`. */
  field: z.string().optional(),
  /** Seconds the other side asked to wait, for `transient`. */
  retryAfterSeconds: z.number().optional(),
});
export type ErrorBody = z.infer<typeof ErrorBody>;
