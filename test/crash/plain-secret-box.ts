// A SecretBox that a restarted process can open again: it seals nothing. The vault has tests of its own.
import type { SecretBox } from '../../src-main/core/ports.ts';

export const plainSecretBox = (): SecretBox => ({
  seal: (plain) => Promise.resolve(plain),
  open: (sealed) => Promise.resolve(sealed),
});
