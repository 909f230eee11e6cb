// The translator, the counter-examples and the better spelling, found with the real engine.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { FilterAnalysis, FilterSpec } from '#contract/model/filter';
import { FilterAnalysis as AnalysisSchema } from '#contract/model/filter';
import { describeFilter } from '#core/filter/describe-filter';
import { createFilterEngine } from '#core/filter/filter-engine';
import { never, passing, spec, useEngine } from './build.ts';

const engine = useEngine();

function analyse(filter: FilterSpec): Promise<FilterAnalysis> {
  return describeFilter(filter, engine, never);
}

function why(analysis: FilterAnalysis): Record<string, string> {
  const pairs = analysis.counterExamples.map((example) => [
    example.why.code.replace('filter.why.', ''),
    `${example.accepted ? 'takes' : 'leaves'} ${example.name}`,
  ]);
  return Object.fromEntries(pairs) as Record<string, string>;
}

function wordCodes(analysis: FilterAnalysis): readonly string[] {
  return analysis.words.map(({ code, params }) => {
    const list = params['list'] === undefined ? '' : ` ${params['list']}`;
    return code.replace('filter.words.', '') + list;
  });
}

describe('the first example of the manual', () => {
  const filter = spec('/.*\\.(?!db).*/');

  it('is put into words', async () => {
    expect(wordCodes(await analyse(filter))).toEqual([
      'language.regex',
      'keep.all',
      'needsDot',
      'drop.extensionStart db',
      'case.minded',
    ]);
  });

  it('is shown to take and leave names it does not mean to', async () => {
    expect(why(await analyse(filter))).toEqual({
      otherDot: 'takes archive.old.db',
      case: 'takes SCAN.DB',
      noExtension: 'leaves README',
      longerExtension: 'leaves a.dbf',
    });
  });

  it('gets a better spelling, with what would change', async () => {
    const { suggestion } = await analyse(filter);
    expect(suggestion).toMatchObject({
      spec: spec('*.*', '*.db*'),
      why: { code: 'filter.suggest.plain' },
    });
    expect(suggestion?.changes).toContainEqual({
      name: 'archive.old.db',
      before: true,
      after: false,
    });
    // The price of a glob: ".db" in the middle of a name counts too. It is told, not hidden.
    expect(suggestion?.changes).toContainEqual({ name: 'scan.db.pdf', before: true, after: false });
  });
});

describe('the second example of the manual', () => {
  const filter = spec('/(?!debut_nom_fichier).*\\..*/');

  it('is put into words', async () => {
    expect(wordCodes(await analyse(filter))).toContain('drop.start debut_nom_fichier');
  });

  it('is shown to mind case and to leave names without extension', async () => {
    const reasons = why(await analyse(filter));
    expect(Object.keys(reasons)).toEqual(['case', 'noExtension']);
    expect(reasons['case']).toMatch(/^takes DEBUT_NOM_FICHIER/);
  });

  it('gets a better spelling', async () => {
    const { suggestion } = await analyse(filter);
    expect(suggestion?.spec).toEqual(spec('*.*', 'debut_nom_fichier*'));
  });
});

describe('better spellings', () => {
  const rows: readonly (readonly [string, string, string])[] = [
    ['/(?!debut).*\\.(?!db|tmp).*/', '*.*', 'debut*;*.db*;*.tmp*'],
    ['/^(?!.*\\.(?:tmp|bak)$).*$/', '*.*', '*.tmp;*.bak'],
    ['/(?!.*brouillon).*\\.pdf$/', '*.pdf', '*brouillon*'],
    ['/.*\\.pdf/', '*.pdf', ''],
    ['/.*.pdf/', '*.pdf', ''],
    ['/.*\\.(pdf|tiff?)$/', '*.pdf;*.tif;*.tiff', ''],
    ['/FACT.*\\.pdf$/', 'FACT*.pdf', ''],
    ['/.*(?<!_old)\\.pdf$/', '*.pdf', '*_old.pdf'],
    ['/FACT\\d+\\.pdf/', '/(?i)FACT\\d+\\.pdf$/', ''],
    ['/FACT\\d\\.pdf|AV\\d\\.pdf/', '/(?i)(?:FACT\\d\\.pdf|AV\\d\\.pdf)$/', ''],
    ['/(?!.*\\.db[^.]*$).*/', '/(?i)(?!.*\\.db[^.]*$).*/', ''],
    // Globs written in another language.
    ['.*\\.pdf', '*.pdf', ''],
    ['.*\\.(pdf|tif)', '*.pdf;*.tif', ''],
    ['^FACT\\d+', '/^FACT\\d+/', ''],
    ['*.pdf, *.xml', '*.pdf;*.xml', ''],
    ['*.pdf|*.xml', '*.pdf;*.xml', ''],
    ['pdf;.xml', '*.pdf;*.xml', ''],
    ['facture', '*facture*', ''],
    ['*.tif', '*.tif;*.tiff', ''],
  ];
  it.each(rows)('%s → %s without %s', async (include, better, without) => {
    const { suggestion, counterExamples } = await analyse(spec(include));
    expect(suggestion?.spec).toEqual(spec(better, without));
    expect(counterExamples).not.toEqual([]);
  });

  it('keep the exclude list of the user', async () => {
    const { suggestion } = await analyse(spec('/.*\\.pdf/', 'tmp*'));
    expect(suggestion?.spec).toEqual(spec('*.pdf', 'tmp*'));
  });

  it('are found for the exclude field too', async () => {
    const { suggestion } = await analyse(spec('*.*', '/.*\\.tmp$/'));
    expect(suggestion?.spec).toEqual(spec('*.*', '*.tmp'));
  });

  const fine = ['*.*', '*.pdf;*.xml', 'FACT*', 'scan [1].pdf', '/(?i)(?!.*\\.(?:tmp|bak)$).*/'];
  it.each(fine)('are not offered for %s, which does what it says', async (include) => {
    const { suggestion, counterExamples } = await analyse(spec(include));
    expect({ suggestion, counterExamples }).toEqual({ suggestion: null, counterExamples: [] });
  });
});

const literal = fc
  .array(fc.constantFrom(...'abdxz019é'), { minLength: 2, maxLength: 5 })
  .map((list) => list.join(''));
const stem = fc.array(fc.constantFrom(...'abX.1 é'), { maxLength: 8 }).map((list) => list.join(''));

describe('for any words', () => {
  it('the suggestion takes nothing that the text of the filter excludes', async () => {
    const anyCase = fc.boolean();
    await fc.assert(
      fc.asyncProperty(
        fc.array(literal, { minLength: 1, maxLength: 3 }),
        fc.array(literal, { minLength: 1, maxLength: 2 }),
        fc.array(fc.tuple(stem, stem, anyCase), { minLength: 5, maxLength: 10 }),
        async (extensions, starts, parts) => {
          const text = `/(?!${starts.join('|')}).*\\.(?!${extensions.join('|')}).*/`;
          const { suggestion } = await analyse(spec(text));
          const excluded = parts.flatMap(([head, tail, upper]) => {
            const end = tail.replaceAll('.', '');
            const names = [
              ...extensions.map((word) => `${head}.${word}${end}`),
              ...starts.map((word) => `${word}${head}.pdf`),
            ];
            return upper ? names.map((name) => name.toUpperCase()) : names;
          });
          expect(await passing(engine, suggestion?.spec ?? spec(text), excluded)).toEqual([]);
        },
      ),
      { numRuns: 40 },
    );
  });

  it('the suggestion takes more than the filter only for case or for want of an extension', async () => {
    await fc.assert(
      fc.asyncProperty(
        literal,
        fc.constantFrom('(?!W).*', '.*\\.(?!W).*', '.*\\.W', '.*.W$', '(?!.*W).*\\.(?:pdf|W)'),
        fc.array(fc.tuple(stem, stem), { minLength: 10, maxLength: 20 }),
        async (word, idiom, parts) => {
          const filter = spec(`/${idiom.replaceAll('W', word)}/`);
          const { suggestion } = await analyse(filter);
          const better = suggestion?.spec ?? filter;
          const names = parts.flatMap(([a, b]) => [
            a + b,
            `${a}${word}${b}`,
            `${a}.${word}`,
            `${a}.pdf`,
          ]);
          const before = new Set(await passing(engine, filter, names));
          const gained = (await passing(engine, better, names)).filter((name) => !before.has(name));
          const dotted = gained.filter((name) => name.includes('.'));
          const relaxed = { ...filter, include: filter.include.replace('/', '/(?i)') };
          const lower = new Set(await passing(engine, relaxed, dotted));
          expect(dotted.filter((name) => !lower.has(name))).toEqual([]);
        },
      ),
      { numRuns: 60 },
    );
  });

  it('each counter-example is what the engine says of that name, and the analysis keeps its contract', async () => {
    const piece = fc.constantFrom(
      '.*',
      '\\.',
      'db',
      '(?!db)',
      '(?!a|b)',
      'x',
      '[ab]',
      '\\d+',
      '$',
      '(pdf|tif)',
      '.',
      '(?<!a)',
      'é?',
    );
    await fc.assert(
      fc.asyncProperty(fc.array(piece, { minLength: 1, maxLength: 5 }), async (pieces) => {
        const filter = spec(`/${pieces.join('')}/`);
        const analysis = await analyse(filter);
        expect(AnalysisSchema.parse(analysis)).toEqual(analysis);
        const names = analysis.counterExamples.map(({ name }) => name);
        const takes = analysis.counterExamples.filter(({ accepted }) => accepted);
        expect(await passing(engine, filter, names)).toEqual(takes.map(({ name }) => name));
      }),
      { numRuns: 150 },
    );
  });
});

describe('an expression that explodes', () => {
  const slow = ['/^(a+)+$/', '/(.*)*\\.pdf$/', '/(\\w+\\s?)*\\.tif/', '/(?:a|aa)+\\.x/'];
  it.each(slow)('%s is found out while it is being edited', async (include) => {
    const quick = createFilterEngine({ limitMs: 150 });
    try {
      const analysis = await describeFilter(spec(include), quick, never);
      expect(wordCodes(analysis)).toContain('tooSlow');
      expect(analysis.suggestion).toBeNull();
    } finally {
      await quick.close();
    }
  });
});

describe('the translator', () => {
  const rows: readonly (readonly [FilterSpec, readonly string[]])[] = [
    [spec(), ['language.glob', 'keep.all']],
    [
      spec('*.pdf;*.tif;fact*', '*.tmp'),
      [
        'language.glob',
        'keep.extension pdf, tif',
        'keep.start fact',
        'drop.extension tmp',
        'case.ignored',
      ],
    ],
    [
      spec('a?c*;*x*;plan.pdf;*_v1', '', true),
      [
        'language.glob',
        'keep.like a?c*',
        'keep.contains x',
        'keep.exactly plan.pdf',
        'keep.end _v1',
        'case.minded',
      ],
    ],
    [spec('*.*', '*.db*'), ['language.glob', 'keep.all', 'drop.contains .db', 'case.ignored']],
    [
      spec('*.pdf', '/tmp/'),
      ['language.glob', 'keep.extension pdf', 'drop.start tmp', 'case.mindedByExclude'],
    ],
    [spec('/\\bfact/'), ['language.regex', 'notInWords', 'case.minded']],
    [
      spec('/(?i)FACT\\d{4}.*\\.pdf$/'),
      ['language.regex', 'keep.like FACT????*.pdf', 'rough', 'case.ignored'],
    ],
  ];
  it.each(rows)('of %j says %j', async (filter, words) => {
    expect(wordCodes(await analyse(filter))).toEqual(words);
  });
});
