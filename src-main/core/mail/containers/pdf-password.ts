// Whether an encrypted PDF opens without a password (ISO 32000-2 §7.6.4): many are only locked against changes, with an
// empty password for reading. The empty password is tried as a reader would try it.
import { createCipheriv, createHash } from 'node:crypto';

export type PdfEncryption = {
  readonly revision: number;
  /** Length of the key in bits. */
  readonly keyBits: number;
  readonly permissions: number;
  readonly owner: Buffer;
  readonly user: Buffer;
  readonly isMetadataEncrypted: boolean;
  /** First half of the file's identifier. */
  readonly fileId: Buffer;
};

const PADDING = Buffer.from(
  '28bf4e5e4e758a4164004e56fffa01082e2e00b6d0683e802f0ca9fe6453697a',
  'hex',
);

export function opensWithoutPassword(encryption: PdfEncryption): boolean {
  const { revision, user } = encryption;
  if (revision >= 5) {
    if (user.length < 48) return false;
    const salt = user.subarray(32, 40);
    const hashed = revision === 5 ? digest('sha256', salt) : hash2B(salt);
    return hashed.equals(user.subarray(0, 32));
  }
  const key = keyOf(encryption);
  if (revision === 2) return rc4(key, PADDING).equals(user.subarray(0, 32));
  let value = rc4(key, digest('md5', Buffer.concat([PADDING, encryption.fileId])));
  for (let round = 1; round < 20; round++)
    value = rc4(
      key.map((byte) => byte ^ round),
      value,
    );
  return value.equals(user.subarray(0, 16));
}

/** Algorithm 2, for the empty password. */
function keyOf(encryption: PdfEncryption): Buffer {
  const { revision, permissions, owner, isMetadataEncrypted, fileId } = encryption;
  const length = revision === 2 ? 5 : Math.min(16, Math.max(5, encryption.keyBits >> 3));
  const rights = Buffer.alloc(4);
  rights.writeInt32LE(permissions | 0);
  const isOpen = revision >= 4 && !isMetadataEncrypted;
  const tail = isOpen ? Buffer.from('ffffffff', 'hex') : Buffer.alloc(0);
  let key = digest('md5', Buffer.concat([PADDING, owner.subarray(0, 32), rights, fileId, tail]));
  for (let round = 0; revision >= 3 && round < 50; round++)
    key = digest('md5', key.subarray(0, length));
  return key.subarray(0, length);
}

/** Algorithm 2.B, for the empty password. */
function hash2B(salt: Buffer): Buffer {
  let key = digest('sha256', salt);
  for (let round = 0; ; round++) {
    const block = Buffer.concat(Array.from({ length: 64 }, () => key));
    const cipher = createCipheriv('aes-128-cbc', key.subarray(0, 16), key.subarray(16, 32));
    const encrypted = cipher.setAutoPadding(false).update(block);
    const sum = encrypted.subarray(0, 16).reduce((total, byte) => total + byte, 0);
    key = digest(['sha256', 'sha384', 'sha512'][sum % 3] ?? 'sha256', encrypted);
    if (round >= 63 && (encrypted.at(-1) ?? 0) <= round - 31) return key.subarray(0, 32);
  }
}

function digest(algorithm: string, data: Buffer): Buffer {
  return createHash(algorithm).update(data).digest();
}

/** OpenSSL no longer offers it; here it protects nothing, it only answers a question. */
function rc4(key: Uint8Array, data: Buffer): Buffer {
  const state = Uint8Array.from({ length: 256 }, (_, n) => n);
  const swap = (one: number, other: number) => {
    const kept = state[one] ?? 0;
    state[one] = state[other] ?? 0;
    state[other] = kept;
  };
  for (let i = 0, j = 0; i < 256; i++) {
    j = (j + (state[i] ?? 0) + (key[i % key.length] ?? 0)) & 255;
    swap(i, j);
  }
  let [i, j] = [0, 0];
  return Buffer.from(
    data.map((byte) => {
      i = (i + 1) & 255;
      j = (j + (state[i] ?? 0)) & 255;
      swap(i, j);
      return byte ^ (state[((state[i] ?? 0) + (state[j] ?? 0)) & 255] ?? 0);
    }),
  );
}
