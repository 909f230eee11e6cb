import { describe, expect, it } from 'vitest';
import { renderSidecar, sidecarName } from '#core/destinations/sidecar';

const FACTS = {
  original_name: 'Facture: "été" <2026>.pdf',
  name: 'Facture_ _été_ _2026_.pdf',
  size: '61440',
  sha256: 'a'.repeat(64),
  received_at: '2026-01-05T08:00:00.000Z',
  delivered_at: '2026-01-05T08:00:01.000Z',
  launcher: 'Boîte factures',
  job_number: '87',
  job_name: 'cold facturesfournisseurs',
  from: 'Émile & Cie <emile@example.org>',
  subject: 'Facture ; "janvier"',
  messageId: '<1@example.org>',
};

const render = (format: 'json' | 'xml' | 'csv' | 'text', facts: Record<string, string> = FACTS) =>
  renderSidecar(format, facts).toString('utf8');

describe('the name of a sidecar', () => {
  it.each([
    ['json', 'facture.pdf.json'],
    ['xml', 'facture.pdf.xml'],
    ['csv', 'facture.pdf.csv'],
    ['text', 'facture.pdf.txt'],
  ] as const)('is the document followed by the extension of %s', (format, name) => {
    expect(sidecarName('facture.pdf', format)).toBe(name);
    expect(sidecarName('/in/facture.pdf', format)).toBe(`/in/${name}`);
  });
});

describe('json', () => {
  it('holds every fact under its field, numbers as numbers', () => {
    expect(JSON.parse(render('json'))).toEqual({
      ...Object.fromEntries(Object.entries(FACTS).filter(([key]) => key !== 'messageId')),
      message_id: '<1@example.org>',
      size: 61440,
      job_number: 87,
    });
  });

  it('says null for a number that is not there', () => {
    expect(JSON.parse(render('json', { ...FACTS, job_number: '' }))).toMatchObject({
      job_number: null,
    });
  });
});

describe('xml', () => {
  /** A reader of its own: elements with text, the predefined entities, nothing else is allowed. */
  const parse = (xml: string): Record<string, string> => {
    const [, body] =
      /^<\?xml version="1\.0" encoding="UTF-8"\?>\n<document>\n(.*)<\/document>\n$/su.exec(xml)!;
    const fields = [...body!.matchAll(/^ {2}<([a-z][a-z0-9_]*)>([^<]*)<\/\1>\n/gmu)];
    expect(fields.map(([line]) => line).join('')).toBe(body);
    const entities: Record<string, string> = { '&amp;': '&', '&lt;': '<', '&gt;': '>' };
    const plain = (text: string) => text.replace(/&[a-z]+;/gu, (one) => entities[one]!);
    return Object.fromEntries(fields.map(([, key, text]) => [key!, plain(text!)] as const));
  };

  it('holds every fact under its field', () => {
    expect(parse(render('xml'))).toMatchObject({
      original_name: FACTS.original_name,
      from: FACTS.from,
      subject: FACTS.subject,
      message_id: '<1@example.org>',
    });
  });

  it('cannot be broken out of', () => {
    const facts = { ...FACTS, subject: '</subject><x>]]>&lt;', 'odd name<': 'v', '9': 'n' };

    const fields = parse(render('xml', facts));

    expect(fields['subject']).toBe('</subject><x>]]>&lt;');
    expect(fields['odd_name']).toBe('v');
    expect(fields['fact_9']).toBe('n');
  });
});

describe('csv', () => {
  /** RFC 4180 with semicolons. */
  const parse = (csv: string): string[][] => {
    expect(csv.startsWith('\uFEFF')).toBe(true);
    expect(csv.endsWith('\r\n')).toBe(true);
    const rows: string[][] = [[]];
    for (const [, quoted, bare, end] of csv
      .slice(1)
      .matchAll(/(?:"((?:[^"]|"")*)"|([^";\r\n]*))(;|\r\n)/gu)) {
      rows.at(-1)!.push(quoted?.replaceAll('""', '"') ?? bare ?? '');
      if (end === '\r\n') rows.push([]);
    }
    return rows.slice(0, -1);
  };

  it('holds a line of headings and a line of values', () => {
    const [headings, values, ...more] = parse(render('csv'));

    expect(more).toEqual([]);
    const fields = Object.fromEntries(headings!.map((heading, index) => [heading, values![index]]));
    expect(fields).toMatchObject({
      sidecar_version: '1',
      original_name: FACTS.original_name,
      subject: FACTS.subject,
      size: '61440',
    });
  });

  it('keeps its columns whatever a source knows, and adds others behind', () => {
    const [few] = parse(render('csv', { name: 'a.pdf', source_path: 'x/a.pdf' }));
    const [more] = parse(render('csv', { ...FACTS, folder: 'INBOX' }));

    expect(few).toEqual([
      'sidecar_version', 'original_name', 'name', 'size', 'sha256', 'received_at', 'delivered_at', 'launcher',
      'job_number', 'job_name', 'from', 'to', 'subject', 'date', 'message_id', 'source_path',
    ]); // prettier-ignore
    expect(more).toEqual([...few!, 'folder']);
  });

  it.each([
    ['=HYPERLINK("http://x")', '\'=HYPERLINK("http://x")'],
    ['@SUM(1)', "'@SUM(1)"],
    ['+1+cmd|x', "'+1+cmd|x"],
    ['-2+3', "'-2+3"],
    ['+33 1 23 45 67 89', '+33 1 23 45 67 89'],
    ['-12,50', '-12,50'],
  ])('lets no spreadsheet calculate %j', (subject, written) => {
    const [headings, values] = parse(render('csv', { ...FACTS, subject }));

    expect(values![headings!.indexOf('subject')]).toBe(written);
  });
});

describe('text', () => {
  const parse = (text: string) =>
    Object.fromEntries(
      text
        .split('\r\n')
        .slice(0, -1)
        .map((line) => [line.slice(0, line.indexOf(': ')), line.slice(line.indexOf(': ') + 2)]),
    );

  it('holds a line of label and value per fact', () => {
    expect(parse(render('text'))).toMatchObject({
      original_name: FACTS.original_name,
      subject: FACTS.subject,
      message_id: '<1@example.org>',
    });
  });

  it('has its usual labels even where the source knows nothing', () => {
    expect(parse(render('text', { name: 'a.pdf' }))).toMatchObject({
      from: '',
      subject: '',
      source_path: '',
    });
  });

  it('begins with its first label, without a byte order mark', () => {
    expect(render('text')).toMatch(/^original_name: /u);
  });
});

describe.each(['json', 'xml', 'csv', 'text'] as const)('%s', (format) => {
  it('brings no control character along, and no half character', () => {
    const subject = 'a\r\nX-Injected: b\u0000c\u001Bd\u0085e\u2028f\uFFFEg\uD800h';

    const text = render(format, { ...FACTS, subject });

    // eslint-disable-next-line no-control-regex -- the controls are what must not be there
    expect(text.replaceAll(/\r?\n/gu, '')).not.toMatch(/[\u0000-\u001F\u007F-\u009F\u2028\uFFFE]/u);
    expect(text).not.toMatch(/^X-Injected/mu);
    expect(text.isWellFormed()).toBe(true);
    expect(text).toContain('a X-Injected: b c d e f g\uFFFDh');
  });

  it('keeps two facts apart that end up under one field', () => {
    const text = render(format, { messageId: 'one', message_id: 'two' });

    expect(text).toContain('one');
    expect(text).toContain('two');
    expect(text).toContain('message_id_2');
  });
});
