// How an answer travels: a value, or an error body. The same over IPC and over HTTP.
import { z } from 'zod';
import { ErrorBody } from './error-codes.ts';

export const Reply = z.discriminatedUnion('ok', [
  z.object({ ok: z.literal(true), value: z.unknown() }),
  z.object({ ok: z.literal(false), error: ErrorBody }),
]);
export type Reply = z.infer<typeof Reply>;
