// An answer of the core, whichever way it came: its value as the contract has it, or its error.
import type { z } from 'zod';
import { Reply } from '#contract/envelope';
import { BridgeError, lineError } from './bridge-error.ts';

/** Throws BridgeError. */
export function readReply<T>(answer: unknown, schema: z.ZodType<T>): T {
  const reply = Reply.safeParse(answer);
  if (!reply.success) throw lineError('api.badAnswer');
  if (!reply.data.ok) throw new BridgeError(reply.data.error);
  const value = schema.safeParse(reply.data.value);
  if (!value.success) throw lineError('api.badAnswer');
  return value.data;
}
