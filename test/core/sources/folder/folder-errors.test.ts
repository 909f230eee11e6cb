import { describe, expect, it, test } from 'vitest';
import { CancelledError, TransientError } from '#core/errors';
import { errnoCode, folderError, type Place } from '#core/sources/folder/folder-errors';

const failure = (code: string) => Object.assign(new Error(`${code}: said`), { code });

const table: [Place, string, string, string][] = [
  ['root', 'ENOENT', 'transient', 'source.away'],
  ['root', 'UNKNOWN', 'transient', 'source.away'],
  ['root', 'ENETUNREACH', 'transient', 'source.away'],
  ['root', 'EHOSTDOWN', 'transient', 'source.away'],
  ['root', 'ESTALE', 'transient', 'source.away'],
  ['root', 'ETIMEDOUT', 'transient', 'source.away'],
  ['root', 'EIO', 'transient', 'source.away'],
  ['root', 'EBUSY', 'transient', 'source.away'],
  ['root', 'ENOTDIR', 'config', 'folder.notFolder'],
  ['root', 'EACCES', 'config', 'folder.denied'],
  ['root', 'EPERM', 'config', 'folder.denied'],
  ['root', 'ENAMETOOLONG', 'config', 'folder.badPath'],
  ['root', 'EMFILE', 'transient', 'system.exhausted'],
  ['subfolder', 'EACCES', 'transient', 'folder.unreadable'],
  ['subfolder', 'EIO', 'transient', 'folder.unreadable'],
  ['subfolder', 'UNKNOWN', 'transient', 'folder.unreadable'],
  ['subfolder', 'ENAMETOOLONG', 'transient', 'folder.unreadable'],
  ['subfolder', 'ENOENT', 'gone', 'file.gone'],
  ['subfolder', 'EHOSTDOWN', 'transient', 'source.away'],
  ['file', 'ENOENT', 'gone', 'file.gone'],
  ['file', 'EISDIR', 'gone', 'file.gone'],
  ['file', 'ELOOP', 'gone', 'file.gone'],
  ['file', 'EBUSY', 'transient', 'file.locked'],
  ['file', 'EACCES', 'transient', 'source.denied'],
  ['file', 'EPERM', 'transient', 'source.denied'],
  ['file', 'EROFS', 'transient', 'disk.readOnly'],
  ['file', 'EIO', 'transient', 'source.unreadable'],
  ['file', 'ETIMEDOUT', 'transient', 'source.away'],
  ['file', 'ENAMETOOLONG', 'refused', 'name.tooLong'],
  ['target', 'ENOSPC', 'transient', 'disk.full'],
  ['target', 'EDQUOT', 'transient', 'disk.full'],
  ['target', 'EROFS', 'transient', 'disk.readOnly'],
  ['target', 'EACCES', 'transient', 'target.denied'],
  ['target', 'ENOTDIR', 'transient', 'archive.notFolder'],
  ['target', 'EEXIST', 'transient', 'archive.notFolder'],
  ['target', 'ENOENT', 'transient', 'target.away'],
  ['target', 'ECONNRESET', 'transient', 'target.away'],
  ['target', 'EIO', 'transient', 'disk.failing'],
];

test.each(table)('%s: %s is %s %s', (place, errno, kind, code) => {
  const error = folderError(place, failure(errno), '/scans/a.pdf');

  expect(error).toMatchObject({ kind, code });
  expect(error.params).toMatchObject({ path: '/scans/a.pdf', cause: errno });
});

describe('folderError', () => {
  it('takes a bare code as well as an error', () => {
    expect(folderError('file', 'EBUSY', '/a').code).toBe('file.locked');
  });

  it('names the field to edit when the path is wrong', () => {
    expect(folderError('root', failure('ENOTDIR'), '/a').field).toBe('source.path');
  });

  it('keeps the original for the log', () => {
    const cause = failure('EIO');

    expect(folderError('file', cause, '/a').cause).toBe(cause);
  });

  it('lets our own errors pass', () => {
    const own = new TransientError('disk.full');

    expect(folderError('file', own, '/a')).toBe(own);
    expect(folderError('root', new CancelledError(), '/a').kind).toBe('cancelled');
  });

  it('does not take a bug for a share that is away', () => {
    expect(folderError('root', new TypeError('undefined is not a path'), '/a').kind).toBe(
      'unexpected',
    );
    const argument = Object.assign(new TypeError('bad'), { code: 'ERR_INVALID_ARG_VALUE' });
    expect(folderError('root', argument, '/a').kind).toBe('unexpected');
  });
});

describe('errnoCode', () => {
  it('does not read our own codes as those of the system', () => {
    expect(errnoCode(new TransientError('source.away'))).toBe('UNCODED');
  });
});
