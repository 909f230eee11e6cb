// What launchers use cannot vanish under them.
import { ConfigError } from '../errors.ts';

/** Throws ConfigError `code` {name, launchers}. */
export function refuseIfUsed(
  code: string,
  name: string,
  users: readonly { readonly description: string }[],
): void {
  if (users.length === 0) return;
  const launchers = users.map((one) => one.description).join(', ');
  throw new ConfigError(code, { name, launchers });
}
