// The SecretBox of the desktop: Electron's safeStorage (DPAPI on Windows, the keyring on Linux). What was sealed by another
// user, on another machine, or after the key was lost is `secret.unreadable`: enter it again, never a crash, never a wipe.
import { ConfigError } from '../core/errors.ts';
import type { SecretBox } from '../core/ports.ts';
import { DESKTOP_FORMAT, foreignSecret } from '../core/secret-formats.ts';
import type { ElectronParts } from './electron-parts.ts';

const FORMAT = `${DESKTOP_FORMAT}:`;

/**
 * `seal` throws ConfigError `secret.noKeyring` where the system offers no protection: on Linux without a keyring Chromium
 * would "encrypt" under a password that everybody knows.
 */
export function createDesktopSecretBox(parts: {
  readonly safeStorage: ElectronParts['safeStorage'];
  readonly platform: NodeJS.Platform;
}): SecretBox {
  const { safeStorage, platform } = parts;
  const isProtected = async (): Promise<boolean> => {
    if (!(await safeStorage.isAsyncEncryptionAvailable())) return false;
    if (platform !== 'linux') return true;
    return !['basic_text', 'unknown'].includes(safeStorage.getSelectedStorageBackend());
  };
  return {
    seal: async (plain) => {
      if (!(await isProtected())) throw new ConfigError('secret.noKeyring');
      return FORMAT + (await safeStorage.encryptStringAsync(plain)).toString('base64');
    },
    open: async (sealed) => {
      if (!sealed.startsWith(FORMAT)) throw foreignSecret(sealed);
      try {
        const bytes = Buffer.from(sealed.slice(FORMAT.length), 'base64');
        return (await safeStorage.decryptStringAsync(bytes)).result;
      } catch (cause) {
        throw new ConfigError('secret.unreadable', {}, { cause });
      }
    },
  };
}
