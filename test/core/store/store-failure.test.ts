import Database from 'better-sqlite3';
import { describe, expect, it } from 'vitest';
import { toAppError } from '#core/errors';

const asError = (code: string) => toAppError(new Database.SqliteError('in words', code));

describe('what the database says', () => {
  it.each([
    ['SQLITE_FULL', 'store.full'],
    ['SQLITE_READONLY_DBMOVED', 'store.readOnly'],
    ['SQLITE_CANTOPEN', 'store.readOnly'],
    ['SQLITE_BUSY', 'store.busy'],
    ['SQLITE_IOERR_FSYNC', 'store.failing'],
  ])('is no bug where it can pass: %s', (code, told) => {
    expect(asError(code)).toMatchObject({
      kind: 'transient',
      code: told,
      params: { message: 'in words' },
    });
  });

  it('is a bug where it should not have come to that', () => {
    expect(asError('SQLITE_CONSTRAINT_UNIQUE')).toMatchObject({ kind: 'unexpected' });
  });
});
