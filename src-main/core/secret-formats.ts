// How a sealed secret begins, by who sealed it: a program that holds another's key says whose it is instead of "damaged".
import { ConfigError } from './errors.ts';

/** By the key file in the data folder (`lanceur`, `lanceur serve`). */
export const VAULT_FORMAT = 'lanceur-vault/1';
/** By the system's keyring (the desktop program, `--headless` included). */
export const DESKTOP_FORMAT = 'lanceur-desktop/1';

/** What is to be thrown for a text that is not in one's own format. */
export function foreignSecret(sealed: string): ConfigError {
  if (sealed.startsWith(`${VAULT_FORMAT}:`)) return new ConfigError('secret.sealedByCommand');
  if (sealed.startsWith(`${DESKTOP_FORMAT}:`)) return new ConfigError('secret.sealedByDesktop');
  return new ConfigError('secret.unreadable');
}

/** The secret is there, and this program cannot open it: enter it again. */
export const isUnreadable = (code: string): boolean =>
  ['secret.unreadable', 'secret.sealedByCommand', 'secret.sealedByDesktop'].includes(code);
