// What the two languages of the filter field mean, judged by the real engine.
import { describe, expect, it } from 'vitest';
import { passing, spec, useEngine } from './build.ts';

const engine = useEngine();

type Row = readonly [include: string, takes: readonly string[], leaves: readonly string[]];

async function expectRow([include, takes, leaves]: Row, exclude = ''): Promise<void> {
  expect(await passing(engine, spec(include, exclude), [...takes, ...leaves])).toEqual(takes);
}

describe('the examples of the EzGED manual', () => {
  it('excludes extensions that begin with db', async () => {
    await expectRow(['/.*\\.(?!db).*/', ['a.pdf', 'a.xdb'], ['a.db', 'a.dbf', 'Thumbs.db']]);
  });

  it('excludes a prefix, which needs the match to begin at the start of the name', async () => {
    const takes = ['autre.pdf', 'x_debut_nom_fichier.pdf'];
    const leaves = ['debut_nom_fichier.pdf', 'debut_nom_fichier1.tif'];
    await expectRow(['/(?!debut_nom_fichier).*\\..*/', takes, leaves]);
  });

  it('has the weaknesses the tester warns of', async () => {
    await expectRow(['/.*\\.(?!db).*/', ['archive.old.db', 'A.DB'], ['README']]);
  });
});

describe('globs', () => {
  const rows: readonly Row[] = [
    ['*.*', ['a.pdf', 'README', '.hidden', 'été'], []],
    ['', ['a.pdf', 'README'], []],
    [' ; ', ['a.pdf', 'README'], []],
    ['*', ['a.pdf', 'README'], []],
    ['*.pdf;*.tif', ['a.pdf', 'B.TIF', 'a.b.pdf'], ['a.xml', 'pdf', 'a.pdfx']],
    [' *.pdf ; *.tif ', ['a.pdf', 'a.tif'], ['a.xml']],
    ['fact*', ['fact', 'FACTURE.pdf'], ['ma facture.pdf']],
    ['a?c.txt', ['abc.txt', 'aéc.txt', 'a😀c.txt'], ['ac.txt', 'abbc.txt']],
    ['scan [1].pdf', ['scan [1].pdf'], ['scan 1.pdf']],
    ['(a+b).pdf', ['(a+b).pdf'], ['aab.pdf']],
    ['*\u00e9*', ['\u00e9.pdf', 'e\u0301.pdf', '\u00c9.pdf'], ['e.pdf']],
    ['**a**b**', ['ab', 'xaxbx'], ['ba']],
  ];
  it.each(rows)('%s takes %j and leaves %j', async (...row) => {
    await expectRow(row);
  });

  it('minds case when asked to', async () => {
    const names = ['a.pdf', 'A.PDF'];
    expect(await passing(engine, spec('*.pdf', '', true), names)).toEqual(['a.pdf']);
  });

  it('leaves what the exclude list names', async () => {
    await expectRow(['*.pdf', ['a.pdf'], ['brouillon.pdf', 'a.tif']], 'brouillon*;*.tmp');
  });
});

describe('regular expressions', () => {
  const rows: readonly Row[] = [
    // From the start, but not to the end.
    ['/fact/', ['fact.pdf', 'facture.pdf'], ['ma fact.pdf', 'FACT.pdf']],
    ['/a|b/', ['a.pdf', 'b.pdf'], ['xb.pdf']],
    ['/(?i)fact/', ['FACT.pdf'], ['ma fact.pdf']],
    ['/(?i).*é\\.pdf$/', ['Été.PDF', 'e\u0301.pdf'], ['ete.pdf']],
    ['/\\Afact\\.pdf\\Z/', ['fact.pdf'], ['fact.pdfZ', 'Afact.pdf']],
    ['/(?P<lot>\\d+)-(?P=lot)\\.pdf/', ['12-12.pdf'], ['12-13.pdf']],
    ['/(\\d+)-\\1\\.pdf/', ['12-12.pdf'], ['12-13.pdf']],
    // Python's classes know accents; JavaScript's do not.
    ['/\\w+$/', ['été', 'a_1'], ['a b', 'a-b']],
    ['/.*\\bété\\b/', ['un été.pdf'], ['étés.pdf']],
    ['/[^\\W\\d]+$/', ['été'], ['a1', 'a-']],
    ['/[]a]+$/', ['a]]'], ['b']],
    ['/[a-]+$/', ['a-a'], ['b']],
    ['/[&&~~]+$/', ['&~'], ['a']],
    ['/a{,2}$/', ['a', 'aa'], ['aaa', 'a{,2}']],
    ['/a{x}$/', ['a{x}'], ['a']],
    ['/.*(?<!_old)\\.pdf$/', ['a.pdf'], ['a_old.pdf']],
    ['/(?:a/b|c)/', ['c.pdf'], ['a.pdf']],
    ['/a\\x2epdf/', ['a.pdf'], ['axpdf']],
    ['/.$/', ['😀', 'é'], ['ab']],
  ];
  it.each(rows)('%s takes %j and leaves %j', async (...row) => {
    await expectRow(row);
  });

  it('may stand in the exclude field while globs stand in the other', async () => {
    await expectRow(['*.pdf', ['a.pdf'], ['tmp-1.pdf', 'a.tif']], '/tmp-\\d/');
  });

  it('refuses a name longer than any disk allows instead of trying it', async () => {
    const long = `${'a'.repeat(2000)}.pdf`;
    const [verdict] = await engine.judge(spec('/.*\\.pdf/'), [long], AbortSignal.timeout(9000));
    expect(verdict).toMatchObject({
      accepted: false,
      reason: { code: 'filter.nameTooLong', params: { length: 2004, max: 1024 } },
    });
  });
});

describe('reasons', () => {
  it('names the pattern that decided', async () => {
    const names = ['a.pdf', 'a.xml', 'tmp.tif'];
    const verdicts = await engine.judge(
      spec('*.pdf;*.tif', 'tmp*;*.bak'),
      names,
      AbortSignal.timeout(9000),
    );
    expect(verdicts).toEqual([
      {
        name: 'a.pdf',
        accepted: true,
        reason: { code: 'filter.accepted', params: { pattern: '*.pdf' } },
      },
      {
        name: 'a.xml',
        accepted: false,
        reason: { code: 'filter.notIncluded', params: { pattern: '*.pdf;*.tif' } },
      },
      {
        name: 'tmp.tif',
        accepted: false,
        reason: { code: 'filter.excluded', params: { pattern: 'tmp*' } },
      },
    ]);
  });
});
