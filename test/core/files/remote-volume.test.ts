import fsPromises from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { isRemote, isUncPath } from '#core/files/remote-volume';
import { tempDir } from '../../helpers/temp-dir.ts';

describe('isUncPath', () => {
  it.each([
    ['\\\\server\\share', true],
    ['//server/share/scans', true],
    ['\\\\?\\UNC\\server\\share', true],
    ['\\\\192.168.1.10\\scans$', true],
    ['\\\\?\\C:\\scans', false],
    ['\\\\.\\pipe\\x', false],
    ['C:\\scans', false],
    ['/scans', false],
  ])('%s: %j', (at, expected) => {
    expect(isUncPath(at)).toBe(expected);
  });
});

describe('isRemote', () => {
  const mapped = { ...fsPromises, realpath: (() => Promise.resolve('\\\\srv\\scans')) as never };
  const local = { ...fsPromises, realpath: (() => Promise.resolve('D:\\scans')) as never };

  it('knows a share behind a drive letter of Windows', async () => {
    expect(await isRemote('Z:\\', mapped, 'win32')).toBe(true);
    expect(await isRemote('D:\\scans', local, 'win32')).toBe(false);
    expect(await isRemote('\\\\srv\\scans', local, 'win32')).toBe(true);
  });

  it.each([
    ['NFS', 0x6969, true],
    ['SMB', 0xfe534d42, true],
    ['SMB, as a signed number', 0xfe534d42 | 0, true],
    ['ext4', 0xef53, false],
  ])('knows %s by its number', async (_name, type, expected) => {
    const files = { ...fsPromises, statfs: (() => Promise.resolve({ type })) as never };

    expect(await isRemote('/scans', files, 'linux')).toBe(expected);
  });

  it('takes what it cannot tell for a share', async () => {
    expect(await isRemote(`${await tempDir()}/missing`, fsPromises, 'linux')).toBe(true);
  });
});
