// The command line cannot be understood: exit code 2, and a sentence that shows the way.
import type { ErrorParams } from '#contract/error-codes';
import { ConfigError } from '../core/errors.ts';

/** `code`: one of `usage.*`. */
export function usageError(code: `usage.${string}`, params: ErrorParams = {}): ConfigError {
  return new ConfigError(code, params);
}
