import { describe, expect, it } from 'vitest';
import { FolderConfig } from '#contract/model/source-config';
import { folderLayout } from '#core/sources/folder/folder-layout';
import { settlePlan } from '#core/sources/folder/settle-plan';

const config = (fields: object) =>
  FolderConfig.parse({ protocol: 'folder', path: '/scans', ...fields });

describe('folderLayout', () => {
  it('archives inside the scanned folder unless told otherwise, and stays out of there', () => {
    const layout = folderLayout(config({}));

    expect(layout).toMatchObject({ archive: '/scans/_archive', ownFolders: ['_archive/'] });
  });

  it('stays out of the archive of former days also under another fate', () => {
    expect(folderLayout(config({ fate: { kind: 'leave' } }))).toMatchObject({
      archive: null,
      ownFolders: ['_archive/'],
    });
  });

  it('stays out of a named archive and of the folder of the rejected when they lie inside', () => {
    const layout = folderLayout(
      config({
        fate: { kind: 'archive', archiveFolder: '/scans/fait/pdf' },
        rejectedFate: { kind: 'move', folder: 'rejets' },
      }),
    );

    expect(layout).toMatchObject({ archive: '/scans/fait/pdf', rejected: '/scans/rejets' });
    expect(layout.ownFolders).toEqual(['_archive/', 'fait/pdf/', 'rejets/']);
  });

  it.each(['/archive', '/scans-archive', '/'])('has nothing to stay out of with %s', (folder) => {
    const layout = folderLayout(config({ fate: { kind: 'archive', archiveFolder: folder } }));

    expect(layout.ownFolders).toEqual(['_archive/']);
  });

  it('takes a folder inside whose name begins with two dots for what it is', () => {
    const layout = folderLayout(config({ fate: { kind: 'archive', archiveFolder: '..fait' } }));

    expect(layout.ownFolders).toContain('..fait/');
  });

  it('refuses a path that is not absolute', () => {
    expect(() => folderLayout(config({ path: 'scans' }))).toThrow(
      expect.objectContaining({ code: 'path.notAbsolute', field: 'source.path' }),
    );
  });

  it('refuses to archive into the scanned folder itself', () => {
    const fate = { kind: 'archive', archiveFolder: '/scans/' };

    expect(() => folderLayout(config({ fate }))).toThrow(
      expect.objectContaining({ code: 'folder.ownIsRoot', field: 'source.fate.archiveFolder' }),
    );
  });

  it('refuses to move the rejected into the scanned folder itself', () => {
    const rejectedFate = { kind: 'move', folder: '.' };

    expect(() => folderLayout(config({ rejectedFate }))).toThrow(
      expect.objectContaining({ code: 'folder.ownIsRoot', field: 'source.rejectedFate.folder' }),
    );
  });
});

describe('settlePlan', () => {
  it.each([
    [{ kind: 'archive', archiveFolder: '' }, { when: 'now' }],
    [{ kind: 'leave' }, { when: 'never' }],
    [{ kind: 'delete', afterDays: 0 }, { when: 'now' }],
    [
      { kind: 'delete', afterDays: 30 },
      { when: 'later', days: 30 },
    ],
  ])('of the delivered under %o is %o', (fate, plan) => {
    expect(settlePlan(config({ fate }), 'delivered')).toEqual(plan);
  });

  it.each([
    [{ kind: 'leave' }, { when: 'never' }],
    [{ kind: 'move', folder: '/rejets' }, { when: 'now' }],
  ])('of the rejected under %o is %o', (rejectedFate, plan) => {
    expect(settlePlan(config({ rejectedFate }), 'rejected')).toEqual(plan);
  });
});
