// The SecretBox of the headless shell: AES-256-GCM under a key in a file that only its owner may read.
// A secret that cannot be opened any more is `secret.unreadable` ("enter it again"): never a crash, never a wipe.
import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { ConfigError } from '../../core/errors.ts';
import type { SecretBox } from '../../core/ports.ts';
import { foreignSecret, VAULT_FORMAT } from '../../core/secret-formats.ts';
import { createKey, readKey } from './vault-key.ts';

/** Written into every sealed text, and authenticated with it. */
const FORMAT = VAULT_FORMAT;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

export function createVault(dataDir: string): SecretBox {
  return {
    seal: async (plain) => {
      const key = (await readKey(dataDir)) ?? (await createKey(dataDir));
      const nonce = randomBytes(NONCE_BYTES);
      const cipher = createCipheriv('aes-256-gcm', key, nonce);
      cipher.setAAD(Buffer.from(FORMAT));
      const body = Buffer.concat([cipher.update(plain, 'utf8'), cipher.final()]);
      return `${FORMAT}:${Buffer.concat([nonce, cipher.getAuthTag(), body]).toString('base64')}`;
    },
    open: async (sealed) => {
      if (!sealed.startsWith(`${FORMAT}:`)) throw foreignSecret(sealed);
      const key = await readKey(dataDir);
      if (key === undefined) throw new ConfigError('secret.unreadable');
      return decrypt(key, sealed);
    },
  };
}

function decrypt(key: Buffer, sealed: string): string {
  const bytes = Buffer.from(sealed.slice(FORMAT.length + 1), 'base64');
  if (bytes.length < NONCE_BYTES + TAG_BYTES) throw new ConfigError('secret.unreadable');
  const bodyStart = NONCE_BYTES + TAG_BYTES;
  const options = { authTagLength: TAG_BYTES };
  const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, NONCE_BYTES), options);
  decipher.setAAD(Buffer.from(FORMAT));
  decipher.setAuthTag(bytes.subarray(NONCE_BYTES, bodyStart));
  try {
    const body = decipher.update(bytes.subarray(bodyStart));
    return Buffer.concat([body, decipher.final()]).toString('utf8');
  } catch (cause) {
    // Another key (the folder was copied without it), or a changed text: the same advice.
    throw new ConfigError('secret.unreadable', {}, { cause });
  }
}
