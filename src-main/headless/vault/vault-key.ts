// The vault's key file: 32 random bytes, readable by its owner alone, there whole or not at all. On Windows its
// protection is the user profile's access list, which covers %APPDATA%; mode bits mean nothing there.
import { randomBytes } from 'node:crypto';
import { constants } from 'node:fs';
import { copyFile, link, open, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { ConfigError } from '../../core/errors.ts';
import { fileFault } from '../file-fault.ts';
import { writeOwnerOnly } from '../../core/files/owner-only-file.ts';

const KEY_BYTES = 32;

const vaultKeyFile = (dataDir: string): string => join(dataDir, 'vault.key');

/**
 * Undefined where there is no usable key: missing, or of the wrong length.
 * Throws ConfigError `secret.keyExposed` {path, mode} where others may read it, `secret.unreadable` where we may not.
 */
export async function readKey(dataDir: string): Promise<Buffer | undefined> {
  const path = vaultKeyFile(dataDir);
  const file = await openToRead(path);
  if (file === undefined) return undefined;
  try {
    const { mode, uid } = await file.stat();
    const isOurs = process.getuid === undefined || uid === process.getuid() || uid === 0;
    if (process.platform !== 'win32' && ((mode & 0o077) !== 0 || !isOurs)) {
      const octal = (mode & 0o777).toString(8).padStart(4, '0');
      throw new ConfigError('secret.keyExposed', { path, mode: octal });
    }
    const key = await file.readFile();
    return key.length === KEY_BYTES ? key : undefined;
  } finally {
    await file.close();
  }
}

async function openToRead(path: string) {
  try {
    // No link is followed: somebody else could have put it there.
    return await open(path, constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0));
  } catch (cause) {
    if (isErrno(cause, 'ENOENT')) return undefined;
    throw new ConfigError('secret.unreadable', {}, { cause });
  }
}

/**
 * Makes the key, unless another program made one meanwhile. A damaged one is kept beside it, because a copy of it
 * may turn up again. Throws ConfigError `secret.keyNotWritten` {path, reason}, e.g. on a full disk.
 */
export async function createKey(dataDir: string): Promise<Buffer> {
  const path = vaultKeyFile(dataDir);
  const key = randomBytes(KEY_BYTES);
  const draft = `${path}.${randomBytes(6).toString('hex')}.new`;
  await writeDraft(draft, key);
  try {
    if (await isPlaced(draft, path)) return key;
    const other = await readKey(dataDir);
    if (other !== undefined) return other;
    await rename(path, `${path}.damaged-${randomBytes(4).toString('hex')}`);
    await rename(draft, path);
    return key;
  } finally {
    await rm(draft, { force: true });
    await flushFolder(dataDir);
  }
}

async function writeDraft(path: string, key: Buffer): Promise<void> {
  try {
    await writeOwnerOnly(path, key);
  } catch (cause) {
    await rm(path, { force: true });
    throw new ConfigError('secret.keyNotWritten', { path, reason: fileFault(cause) }, { cause });
  }
}

/** By a link, which fails where a rename would overwrite a key that is there; false = there is one. */
async function isPlaced(draft: string, path: string): Promise<boolean> {
  try {
    await link(draft, path);
    return true;
  } catch (thrown) {
    if (isErrno(thrown, 'EEXIST')) return false;
    // A disk without links (FAT, some shares). The data folder has one program at a time: nobody is overwritten.
    await copyFile(draft, path, constants.COPYFILE_EXCL);
    return true;
  }
}

/** A sealed secret in the database must not outlive its key when the power fails. */
async function flushFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return;
  const handle = await open(folder, constants.O_RDONLY);
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

function isErrno(thrown: unknown, code: string): boolean {
  return thrown instanceof Error && 'code' in thrown && thrown.code === code;
}
