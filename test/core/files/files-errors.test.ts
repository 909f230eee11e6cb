import { describe, expect, it } from 'vitest';
import { ConfigError, RefusedError } from '#core/errors';
import { sourceError, systemCode, targetError } from '#core/files/files-errors';
import { systemError } from './breaking-disk.ts';

describe('an error where we write', () => {
  it.each([
    ['ENOSPC', 'transient', 'disk.full'],
    ['EDQUOT', 'transient', 'disk.full'],
    ['EROFS', 'transient', 'disk.readOnly'],
    ['EIO', 'transient', 'disk.failing'],
    ['EACCES', 'transient', 'target.denied'],
    ['EPERM', 'transient', 'target.denied'],
    ['ENOENT', 'transient', 'target.away'],
    ['ENOTCONN', 'transient', 'target.away'],
    ['EHOSTDOWN', 'transient', 'target.away'],
    ['ETIMEDOUT', 'transient', 'target.away'],
    ['ESTALE', 'transient', 'target.away'],
    ['UNKNOWN', 'transient', 'target.away'],
    ['EBUSY', 'transient', 'file.busy'],
    ['EMFILE', 'transient', 'system.exhausted'],
    ['ENOMEM', 'transient', 'system.exhausted'],
    ['EEXIST', 'transient', 'name.taken'],
    ['ENOTEMPTY', 'transient', 'name.taken'],
    ['ENOTDIR', 'config', 'target.notFolder'],
    ['ENAMETOOLONG', 'refused', 'name.tooLong'],
    ['EINVAL', 'refused', 'name.invalid'],
    ['EILSEQ', 'refused', 'name.invalid'],
    ['EFBIG', 'refused', 'file.tooLargeForVolume'],
    ['EWHATEVER', 'unexpected', 'internal.bug'],
  ])('%s is %s %s', (system, kind, code) => {
    const cause = systemError(system);

    const error = targetError(cause, '/cold/in/a.pdf');

    expect({ kind: error.kind, code: error.code }).toEqual({ kind, code });
    expect(error.cause).toBe(cause);
    if (kind !== 'unexpected') expect(error.params).toEqual({ path: '/cold/in/a.pdf' });
  });

  it.each(['', '/a.pdf'])(
    'names the folder, not a temporary name of ours in it: …part%s',
    (rest) => {
      const temp = `/cold/in/.lanceur-d27ce922-613fe8a4-6.part${rest}`;
      expect(targetError(systemError('EROFS'), temp).params).toEqual({ path: '/cold/in' });
    },
  );

  it('names the field to edit when the configured path is no folder', () => {
    expect(targetError(systemError('ENOTDIR'), '/x')).toBeInstanceOf(ConfigError);
    expect(targetError(systemError('ENOTDIR'), '/x').field).toBe('destination.path');
  });
});

describe('an error where a document comes from', () => {
  it.each([
    ['ENOENT', 'gone', 'file.gone'],
    ['EACCES', 'transient', 'source.denied'],
    ['EPERM', 'transient', 'source.denied'],
    ['EIO', 'transient', 'source.unreadable'],
    ['EHOSTDOWN', 'transient', 'source.away'],
    ['EBUSY', 'transient', 'file.busy'],
    ['EISDIR', 'refused', 'file.notRegular'],
    ['EMFILE', 'transient', 'system.exhausted'],
  ])('%s is %s %s', (system, kind, code) => {
    const error = sourceError(systemError(system), '/in/a.pdf');

    expect({ kind: error.kind, code: error.code, path: error.params['path'] }).toEqual({
      kind,
      code,
      path: '/in/a.pdf',
    });
  });
});

describe('an error of ours', () => {
  it('passes unchanged', () => {
    const ours = new RefusedError('item.tooLarge');

    expect(targetError(ours, '/x')).toBe(ours);
    expect(sourceError(ours, '/x')).toBe(ours);
  });

  it('has no system code, nor has what is no error', () => {
    expect(systemCode(new RefusedError('item.tooLarge'))).toBe('');
    expect(systemCode('ENOENT')).toBe('');
    expect(systemCode(Object.assign(new Error(), { code: 5 }))).toBe('');
  });
});
