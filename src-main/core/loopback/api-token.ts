// The key to the loopback API: 256 random bits, new at every start of `serve`, in a file only its owner may read.
// A server proves that it knows the key before a client shows it: the port of a dead `serve` may be anybody's.
import { createHash, createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { writeOwnerOnly } from '../files/owner-only-file.ts';

const tokenFile = (dataDir: string): string => join(dataDir, 'api-token');

export async function createToken(dataDir: string): Promise<string> {
  const token = randomBytes(32).toString('base64url');
  const draft = `${tokenFile(dataDir)}.${randomBytes(6).toString('hex')}.new`;
  await writeOwnerOnly(draft, token);
  await rename(draft, tokenFile(dataDir));
  return token;
}

/** Undefined where there is none, or it is not ours to read. */
export async function readToken(dataDir: string): Promise<string | undefined> {
  try {
    const token = (await readFile(tokenFile(dataDir), 'utf8')).trim();
    return /^[\w-]{43}$/.test(token) ? token : undefined;
  } catch {
    // Without the token there is no hand-over; whoever asks then meets the lock, which says who holds the folder.
    return undefined;
  }
}

export async function removeToken(dataDir: string): Promise<void> {
  await rm(tokenFile(dataDir), { force: true });
}

/** Takes the same time whatever is wrong. */
export function isSameSecret(given: string, expected: string): boolean {
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(given), digest(expected));
}

/** What only a holder of the token can answer to a nonce; says nothing about the token. */
export function proofOf(token: string, nonce: string): string {
  return createHmac('sha256', token).update(`lanceur-api/1 ${nonce}`).digest('hex');
}
