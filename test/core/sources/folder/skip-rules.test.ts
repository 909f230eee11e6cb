import { describe, expect, it } from 'vitest';
import { type SkipRules, skipsFile, skipsFolder } from '#core/sources/folder/skip-rules';

const rules: SkipRules = {
  recursive: true,
  includeHidden: false,
  ignoreCase: false,
  ownFolders: ['_archive/', 'tri/rejets/'],
};
const clutter = [
  '.DS_Store',
  '.cache.pdf',
  'Thumbs.db',
  'THUMBS.DB',
  'desktop.ini',
  '~$facture.docx',
  '.~lock.facture.odt#',
];

describe('skipsFile', () => {
  it.each(clutter)('passes over %s', (name) => {
    expect(skipsFile(rules, name)).toBe(true);
  });

  it.each(clutter)('takes %s when hidden files are wanted', (name) => {
    expect(skipsFile({ ...rules, includeHidden: true }, name)).toBe(false);
  });

  it.each(['facture.pdf', 'thumbs.db.pdf', '~facture.pdf', 'a.part', 'desktop.ini.txt'])(
    'takes %s',
    (name) => {
      expect(skipsFile(rules, name)).toBe(false);
    },
  );

  it('never takes our own temporaries', () => {
    const name = '.lanceur-0a1b2c3d-4e5f6071-z.part';

    expect(skipsFile({ ...rules, includeHidden: true }, name)).toBe(true);
  });
});

describe('skipsFolder', () => {
  it('passes over every folder where the launcher is not recursive', () => {
    expect(skipsFolder({ ...rules, recursive: false }, '', 'a')).toBe(true);
  });

  it.each(['.git', '$RECYCLE.BIN', 'System Volume Information', '@eaDir', 'lost+found'])(
    'passes over %s',
    (name) => {
      expect(skipsFolder(rules, '', name)).toBe(true);
    },
  );

  it("passes over the launcher's own folders, and only those", () => {
    expect(skipsFolder(rules, '', '_archive')).toBe(true);
    expect(skipsFolder(rules, 'tri/', 'rejets')).toBe(true);
    expect(skipsFolder(rules, '', 'rejets')).toBe(false);
    expect(skipsFolder(rules, 'tri/', '_archive')).toBe(false);
    expect(skipsFolder({ ...rules, includeHidden: true }, '', '_archive')).toBe(true);
  });

  it('knows its own folders in another case where the system does not tell cases apart', () => {
    expect(skipsFolder(rules, '', '_Archive')).toBe(false);
    expect(skipsFolder({ ...rules, ignoreCase: true }, '', '_Archive')).toBe(true);
  });

  it('passes over an envelope that is still being built', () => {
    const name = '.lanceur-0a1b2c3d-4e5f6071-z.part';

    expect(skipsFolder({ ...rules, includeHidden: true }, '', name)).toBe(true);
  });
});
