// A code with parameters (an error, a verdict, a preview's reason) as a sentence.
import type { Texts, TextParams } from './texts.ts';

/**
 * Looks under `errors`, then `reasons`, then among the keys that are whole by themselves (`filter.accepted`).
 * Codes without a sentence are shown as they are, so that nothing is hidden.
 */
export function sayReason(
  texts: Texts,
  reason: { readonly code: string; readonly params: TextParams },
): string {
  const key = [`errors.${reason.code}`, `reasons.${reason.code}`, reason.code].find((one) =>
    texts.has(one),
  );
  return texts.say(key ?? `errors.${reason.code}`, reason.params);
}
