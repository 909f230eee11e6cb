// A SecretBox without cryptography: what it seals cannot be read by eye, survives a restart of the
// core in the same test, and can be made unreadable.
import { ConfigError } from '#core/errors';
import type { SecretBox } from '#core/ports';

export type MemorySecretBox = SecretBox & {
  /** From now on nothing sealed before opens: the profile moved to another machine. */
  readonly loseKey: () => void;
};

export function memorySecretBox(): MemorySecretBox {
  let key = 1;
  return {
    seal: (plain) => Promise.resolve(`sealed:${key}:${flip(Buffer.from(plain)).toString('hex')}`),
    open: (sealed) => {
      const match = /^sealed:(\d+):([0-9a-f]*)$/.exec(sealed);
      return match?.[1] === String(key)
        ? Promise.resolve(flip(Buffer.from(match[2] ?? '', 'hex')).toString())
        : Promise.reject(new ConfigError('secret.unreadable'));
    },
    loseKey: () => {
      key++;
    },
  };
}

const flip = (bytes: Buffer) => Buffer.from(bytes.map((byte) => byte ^ 0x5a));
