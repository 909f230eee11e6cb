import { chmod, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createVault } from '../../src-main/headless/vault/vault.ts';
import { tempDir } from '../helpers/temp-dir.ts';

const SECRET = 'pässwörd"\\ x';
const posixOnly = it.skipIf(process.platform === 'win32');

async function sealedVault() {
  const dir = await tempDir();
  const vault = createVault(dir);
  return { dir, vault, keyFile: join(dir, 'vault.key'), sealed: await vault.seal(SECRET) };
}

describe('the vault', () => {
  it('opens what it sealed, in a later start too', async () => {
    const { dir, sealed } = await sealedVault();

    await expect(createVault(dir).open(sealed)).resolves.toBe(SECRET);
  });

  it('does not show the secret, nor that two secrets are the same', async () => {
    const { vault, sealed } = await sealedVault();
    const again = await vault.seal(SECRET);

    expect(sealed).not.toContain('ssw');
    expect(again).not.toBe(sealed);
  });

  posixOnly('keeps its key readable by its owner alone', async () => {
    const { keyFile } = await sealedVault();

    expect((await stat(keyFile)).mode & 0o777).toBe(0o600);
  });

  it('leaves nothing but the key behind', async () => {
    const { dir } = await sealedVault();

    expect(await readdir(dir)).toEqual(['vault.key']);
  });

  it('makes one key when two secrets are sealed at once', async () => {
    const vault = createVault(await tempDir());

    const sealed = await Promise.all(['a', 'b', 'c'].map((plain) => vault.seal(plain)));

    await expect(Promise.all(sealed.map((one) => vault.open(one)))).resolves.toEqual([
      'a',
      'b',
      'c',
    ]);
  });

  it.each([0, 10, 20, 40])('refuses a sealed text that was changed at byte %i', async (at) => {
    const { vault, sealed } = await sealedVault();
    const [format = '', body = ''] = sealed.split(':');
    const bytes = Buffer.from(body, 'base64');
    bytes[at] = (bytes[at] ?? 0) ^ 1;

    await expect(vault.open(`${format}:${bytes.toString('base64')}`)).rejects.toMatchObject({
      kind: 'config',
      code: 'secret.unreadable',
    });
  });

  it('names the desktop program where that has sealed a text', async () => {
    const { vault } = await sealedVault();

    await expect(vault.open('lanceur-desktop/1:azI6YWJjZA==')).rejects.toMatchObject({
      ...{ kind: 'config', code: 'secret.sealedByDesktop' },
    });
  });

  it.each(['', 'lanceur-vault/1:', 'lanceur-vault/1:AAAA', 'sealed by something else'])(
    'refuses what is no sealed text: %j',
    async (text) => {
      const { vault } = await sealedVault();

      await expect(vault.open(text)).rejects.toMatchObject({ code: 'secret.unreadable' });
    },
  );

  it('asks for the secret again when the key is gone', async () => {
    const { vault, keyFile, sealed } = await sealedVault();
    await rm(keyFile);

    await expect(vault.open(sealed)).rejects.toMatchObject({ code: 'secret.unreadable' });
  });

  it('asks for the secret again when the key is another one', async () => {
    const { vault, keyFile, sealed } = await sealedVault();
    await writeFile(keyFile, Buffer.alloc(32, 7));

    await expect(vault.open(sealed)).rejects.toMatchObject({ code: 'secret.unreadable' });
  });

  it('takes a new secret when the key is damaged, and keeps the damaged one', async () => {
    const { dir, vault, keyFile, sealed } = await sealedVault();
    const half = (await readFile(keyFile)).subarray(0, 16);
    await writeFile(keyFile, half);

    await expect(vault.open(sealed)).rejects.toMatchObject({ code: 'secret.unreadable' });
    await expect(vault.open(await vault.seal('new'))).resolves.toBe('new');

    const kept = (await readdir(dir)).find((name) => name.startsWith('vault.key.damaged-'));
    await expect(readFile(join(dir, kept ?? ''))).resolves.toEqual(half);
  });

  it('says why when its key cannot be written', async () => {
    const dir = join(await tempDir(), 'removed');

    await expect(createVault(dir).seal(SECRET)).rejects.toMatchObject({
      code: 'secret.keyNotWritten',
      params: { reason: 'ENOENT' },
    });
  });

  posixOnly('refuses a key that others may read, and says with which mode', async () => {
    const { vault, keyFile, sealed } = await sealedVault();
    await chmod(keyFile, 0o640);

    const refusal = { code: 'secret.keyExposed', params: { path: keyFile, mode: '0640' } };
    await expect(vault.open(sealed)).rejects.toMatchObject(refusal);
    await expect(vault.seal('more')).rejects.toMatchObject(refusal);
  });

  posixOnly('follows no link to a key elsewhere', async () => {
    const { vault, dir, keyFile, sealed } = await sealedVault();
    const elsewhere = join(dir, 'elsewhere');
    await writeFile(elsewhere, await readFile(keyFile), { mode: 0o600 });
    await rm(keyFile);
    await symlink(elsewhere, keyFile);

    await expect(vault.open(sealed)).rejects.toMatchObject({ code: 'secret.unreadable' });
  });
});
