// Small trials of what the machine gives: a durable write and rename, the vault, the languages of Intl.
// Each throws an AppError that says what is wrong.
import { open, readFile, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { ConfigError } from '../../core/errors.ts';
import { targetError } from '../../core/files/files-errors.ts';
import { createVault } from '../vault/vault.ts';
import { readKey } from '../vault/vault-key.ts';

/** Seals and opens under a key of its own; then looks whether the real key, if there is one, is well kept. */
export async function tryVault(folder: string, dataDir: string): Promise<undefined> {
  const vault = createVault(folder);
  const opened = await vault.open(await vault.seal('é–secret'));
  if (opened !== 'é–secret') throw new ConfigError('secret.unreadable');
  await readKey(dataDir);
}

/** Throws what the disk of the data folder says: full, read-only, denied. */
export const tryDisk = (folder: string, dataDir: string): Promise<undefined> =>
  writeDurably(folder).catch((thrown: unknown) => {
    throw targetError(thrown, dataDir);
  });

/** The way every document takes: temporary file, flush, rename, and read again. */
async function writeDurably(folder: string): Promise<undefined> {
  const [draft, final] = [join(folder, 'essai.tmp'), join(folder, 'essai é.txt')];
  const text = 'é'.repeat(10_000);
  const file = await open(draft, 'wx');
  try {
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(draft, final);
  if ((await readFile(final, 'utf8')) !== text) {
    throw new ConfigError('selfTest.diskLies', { path: final });
  }
}

/** A Node built without all languages would show English dates to a French reader. */
export function tryLanguages(): Promise<undefined> {
  const month = new Intl.DateTimeFormat('fr', { month: 'long', timeZone: 'UTC' }).format(0);
  if (month !== 'janvier') throw new ConfigError('selfTest.noFrench');
  return Promise.resolve(undefined);
}
