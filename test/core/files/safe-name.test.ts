import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { extensionOf, fullSuffixOf, MAX_NAME_BYTES, safeName } from '#core/files/safe-name';
import { isOurTemp } from '#core/files/temp-name';

describe('safeName', () => {
  it.each([
    ['facture.pdf', 'facture.pdf'],
    ['Délibération n° 12 – été.PDF', 'Délibération n° 12 – été.PDF'],
    ['請求書.pdf', '請求書.pdf'],
    ['archive.tar.gz', 'archive.tar.gz'],
    ['sans extension', 'sans extension'],
    ['document', 'document'],
  ])('leaves an ordinary name alone: %j', (original, safe) => {
    expect(safeName(original)).toBe(safe);
  });

  it.each([
    ['a:b.pdf', 'a_b.pdf'],
    ['a.pdf:evil', 'a.pdf_evil'],
    ['<>:"|?*.pdf', '_.pdf'],
    ['a\u0000b\u001Fc\u007Fd\u009Fe.pdf', 'a_b_c_d_e.pdf'],
    ['Facture\r\n mars\t2026.pdf', 'Facture  mars 2026.pdf'],
    ['php://foo', 'php_foo'],
    ['Прайсы || ПартКом', 'Прайсы _ ПартКом'],
  ])('replaces what Windows forbids in a name: %j', (original, safe) => {
    expect(safeName(original)).toBe(safe);
  });

  it.each([
    ['C:\\TEMP\\nsmailEG.png', 'nsmailEG.png'],
    ['\\\\serveur\\partage\\x.pdf', 'x.pdf'],
    ['/etc/passwd', 'passwd'],
    ['../../x', 'x'],
    ['..\\..\\x.pdf', 'x.pdf'],
    ['./x.pdf', 'x.pdf'],
    ['1234/../../1234.txt', '1234.txt'],
    ['a/..', 'document'],
  ])('takes the last segment of what is clearly a path: %j', (original, safe) => {
    expect(safeName(original)).toBe(safe);
  });

  it.each([
    ['Facture 12/2026.pdf', 'Facture 12_2026.pdf'],
    ['trunk\\src.txt', 'trunk_src.txt'],
    ['C:x.png', 'C_x.png'],
    ['a\uFF0Fb\u2215c\uFF3Cd.pdf', 'a_b_c_d.pdf'],
  ])('keeps the words around a separator that is no path: %j', (original, safe) => {
    expect(safeName(original)).toBe(safe);
  });

  it.each([
    ['CON.pdf', '_CON.pdf'],
    ['con', '_con'],
    ['nul.tar.gz', '_nul.tar.gz'],
    ['AUX .txt', '_AUX .txt'],
    ['COM0', '_COM0'],
    ['lpt9.x', '_lpt9.x'],
    ['COM¹.pdf', '_COM¹.pdf'],
    ['LPT³', '_LPT³'],
    ['CONIN$', '_CONIN$'],
    ['conout$.log', '_conout$.log'],
    [`CON${' '.repeat(300)}x.pdf`, '_CON.pdf'],
    ['CONTRAT.pdf', 'CONTRAT.pdf'],
    ['COM10.pdf', 'COM10.pdf'],
  ])('names no device: %j', (original, safe) => {
    expect(safeName(original)).toBe(safe);
  });

  it.each([
    ['a.pdf.', 'a.pdf'],
    ['a.pdf . .', 'a.pdf'],
    ['  a.pdf  ', 'a.pdf'],
    ['\u00A0a.pdf\u3000', 'a.pdf'],
    ['.htaccess', 'document.htaccess'],
    ['.pdf', 'document.pdf'],
    ['..a.pdf', 'a.pdf'],
    ['', 'document'],
    ['\t', 'document'],
    ['. . .', 'document'],
    ['\u200B', 'document'],
    ['.lanceur-0a-0b-1.part', 'lanceur-0a-0b-1.part'],
  ])('begins and ends with neither dot nor space: %j', (original, safe) => {
    expect(safeName(original)).toBe(safe);
  });

  it.each([
    ['facture\u202Efdp.exe', 'facturefdp.exe'],
    ['a\u200Bb\u2066c\uFEFF.pdf', 'abc.pdf'],
    ['e\u0301te\u0301.pdf', 'été.pdf'],
    ['e\u200D\u0301.pdf', 'é.pdf'],
    ['a\uD800b\uDC00.pdf', 'a_b_.pdf'],
    ['\u{1F600}.pdf', '\u{1F600}.pdf'],
  ])('shows what it is: %j', (original, safe) => {
    expect(safeName(original)).toBe(safe);
  });

  it.each([
    [`${'a'.repeat(300)}.pdf`, 240, '.pdf'],
    [`${'é'.repeat(300)}.tar.gz`, 239, '.tar.gz'],
    [`${'\u{1F600}'.repeat(100)}.pdf.p7m`, 240, '.pdf.p7m'],
    [`${'x'.repeat(200)}.${'y'.repeat(100)}`, 240, ''],
  ])('shortens the stem and keeps the extension (%#)', (original, bytes, suffix) => {
    const safe = safeName(original);

    expect(Buffer.byteLength(safe)).toBe(bytes);
    expect(safe.endsWith(suffix)).toBe(true);
    expect(safe.isWellFormed()).toBe(true);
  });

  it('obeys a smaller limit', () => {
    expect(safeName(`${'a'.repeat(100)}.pdf`, { maxBytes: 64 })).toBe(`${'a'.repeat(60)}.pdf`);
  });

  const bits = [
    'CON',
    'nul',
    '.',
    '..',
    ' ',
    '/',
    '\\',
    ':',
    '\u202E',
    '\u0301',
    '\uD800',
    'é',
    'x',
  ];
  const names = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 300 }),
    fc.string({
      unit: fc.constantFrom(...bits, '.pdf', '.gz', '\u0000', 'ÿ'.repeat(60)),
      maxLength: 12,
    }),
  );

  it('is idempotent', () => {
    fc.assert(
      fc.property(names, (name) => {
        expect(safeName(safeName(name))).toBe(safeName(name));
      }),
    );
  });

  it('never gives a name that Windows refuses, swallows or takes for something else', () => {
    fc.assert(
      fc.property(names, (name) => {
        const safe = safeName(name);

        // eslint-disable-next-line no-control-regex -- the controls are what must not be there
        expect(safe).not.toMatch(/[<>:"/\\|?*\u0000-\u001F\u007F-\u009F]|^[. ]|[. ]$/u);
        expect(safe).not.toMatch(
          /^(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³]|conin\$|conout\$) *(\.|$)/iu,
        );
        expect(safe).not.toMatch(/[\u200B-\u200F\u202A-\u202E\u2060-\u2069\uFEFF]/u);
        expect(safe).not.toBe('');
        expect(safe.isWellFormed()).toBe(true);
        expect(safe).toBe(safe.normalize('NFC'));
        expect(Buffer.byteLength(safe)).toBeLessThanOrEqual(MAX_NAME_BYTES);
        expect(isOurTemp(safe)).toBe(false);
      }),
    );
  });

  it('keeps the extension that affiliations look at', () => {
    const stems = fc.string({ unit: 'binary', minLength: 1, maxLength: 300 });
    const extensions = fc.constantFrom('pdf', 'PDF', 'tar.gz', 'pdf.p7m', 'xml', 'docx');
    fc.assert(
      fc.property(stems, extensions, (stem, extension) => {
        const safe = safeName(`${stem}.${extension}`);

        expect(fullSuffixOf(safe).endsWith(extension.toLowerCase())).toBe(true);
      }),
    );
  });
});

describe('extensionOf', () => {
  it.each([
    ['a.PDF', 'pdf', 'pdf'],
    ['a.tar.gz', 'gz', 'tar.gz'],
    ['acte.pdf.p7m', 'p7m', 'pdf.p7m'],
    ['a.2024.pdf', 'pdf', 'pdf'],
    ['a.2024.gz', 'gz', 'gz'],
    ['a.b.gz.gz.gz', 'gz', 'gz.gz.gz'],
    ['Bordereau 12.5 du mois', '', ''],
    ['sans', '', ''],
    ['.pdf', '', ''],
    ['a.', '', ''],
    ['a.pdf. ', 'pdf', 'pdf'],
    ['a.une phrase', '', ''],
  ])('reads %j as %j, in full %j', (name, extension, suffix) => {
    expect(extensionOf(name)).toBe(extension);
    expect(fullSuffixOf(name)).toBe(suffix);
  });
});
