// JSON kept in a column is parsed with its schema when read: what an older program wrote is not trusted blindly.
import type { z } from 'zod';
import { AppError } from '../errors.ts';

export function readJson<S extends z.ZodType>(schema: S, text: string, where: string): z.output<S> {
  const parsed = schema.safeParse(JSON.parse(text));
  if (parsed.success) return parsed.data;
  throw new AppError('unexpected', 'store.badRow', { where, message: parsed.error.message });
}
