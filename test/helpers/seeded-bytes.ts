// Bytes that look random, do not compress, and are the same in every run.
import { createCipheriv, createHash } from 'node:crypto';

export function seededBytes(length: number, seed: string | number = 1): Buffer {
  const key = createHash('sha256').update(String(seed)).digest();
  return createCipheriv('aes-256-ctr', key, Buffer.alloc(16)).update(Buffer.alloc(length));
}
