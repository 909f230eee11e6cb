// Text and parameters of headers, as they are met in real mails.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readParameters } from '#core/mail/header-parameters';
import { decodeBytes, decodeHeaderText } from '#core/mail/header-text';

const latin1 = (text: string) => Buffer.from(text).toString('latin1');

describe('header text', () => {
  it.each([
    ['plain text', 'Facture 12', 'Facture 12'],
    ['quoted-printable words', '=?iso-8859-1?Q?Relev=E9_n=B0_7?=', 'Relevé n° 7'],
    ['base64 words', '=?UTF-8?B?UmVsZXbDqQ==?=', 'Relevé'],
    ['words beside text', 'Re: =?utf-8?q?re=C3=A7u?= ce jour', 'Re: reçu ce jour'],
    ['blanks between words, which do not count', '=?utf-8?q?a?= \r\n =?utf-8?q?b?=', 'ab'],
    ['a character cut in two', '=?utf-8?B?w6nDqcM=?= =?utf-8?B?qQ==?=', 'ééé'],
    ['a group of four cut in two', '=?utf-8?B?UmVsZX?= =?utf-8?B?bDqQ==?=', 'Relevé'],
    ['two charsets side by side', '=?utf-8?q?=C3=A9?= =?iso-8859-1?q?=E9?=', 'éé'],
    ['a language mark', '=?utf-8*fr?q?=C3=A9?=', 'é'],
    ['raw UTF-8', latin1('Relevé €'), 'Relevé €'],
    ['raw windows-1252', 'Relev\xe9 \x80 \x93x\x94', 'Relevé € “x”'],
    ['the euro in what calls itself ISO-8859-1', '=?iso-8859-1?q?12_=80?=', '12 €'],
    ['an honest ISO-8859-15', '=?iso-8859-15?q?12_=A4_=BD?=', '12 € œ'],
    ['Japanese', '=?iso-2022-jp?B?GyRCQEE1YT1xGyhC?=', '請求書'],
    ['UTF-7', '=?utf-7?Q?fact+AOk-e_+-?=', 'factée +'],
    ['an unknown charset', '=?x-klingon?q?caf=E9?=', 'café'],
    ['a wrong charset', '=?utf-8?q?caf=E9?=', 'café'],
    ['a broken word, unchanged', '=?utf-8?q?open', '=?utf-8?q?open'],
    ['folded text', 'one\r\n two', 'one two'],
    ['text that is decoded already', 'Relevé 請', 'Relevé 請'],
  ])('%s', (_name, raw, expected) => {
    expect(decodeHeaderText(raw)).toBe(expected);
  });

  it('never throws and never hangs', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(...'=?_ uUtTfF-8qQbB\xe9\r\n') }), (text) => {
        expect(typeof decodeHeaderText(text)).toBe('string');
      }),
    );
    expect(decodeHeaderText('=?utf-8?q?a?= '.repeat(10_000))).toMatch(/^a{10000}/);
    expect(decodeHeaderText('=?'.repeat(50_000))).toHaveLength(100_000);
  });

  it('keeps control characters that really stand in UTF-8', () => {
    expect(decodeBytes(Buffer.from('a\u0085b'), 'utf-8')).toBe('a\u0085b');
  });
});

describe('parameters', () => {
  const read = (...pairs: [string, string][]) => Object.fromEntries(readParameters(pairs));

  it.each<[string, [string, string][], string]>([
    ['plain', [['filename', 'a.pdf']], 'a.pdf'],
    ['charset and percent', [['filename*', "utf-8'fr'relev%C3%A9.pdf"]], 'relevé.pdf'],
    ['latin-1', [['filename*', "iso-8859-1''relev%E9.pdf"]], 'relevé.pdf'],
    [
      'continuations out of order',
      [
        ['filename*2', 'c.pdf'],
        ['filename*0*', "utf-8''%C3"],
        ['filename*1*', '%A9b'],
      ],
      'ébc.pdf',
    ],
    [
      'continuations without charset',
      [
        ['filename*0', 'a b'],
        ['filename*1', 'c.pdf'],
      ],
      'a bc.pdf',
    ],
    [
      'the extended one before the plain one',
      [
        ['filename', 'x'],
        ['filename*', "utf-8''%C3%A9"],
      ],
      'é',
    ],
    [
      'the first of two',
      [
        ['filename', 'a'],
        ['filename', 'b'],
      ],
      'a',
    ],
    ['encoded words', [['filename', '=?utf-8?B?w6k=?=.pdf']], 'é.pdf'],
    [
      'encoded words in continuations',
      [
        ['filename*0', '=?utf-8?B?'],
        ['filename*1', 'w6k=?='],
      ],
      'é',
    ],
    ['no charset mark', [['filename*', 'caf%E9']], 'café'],
    ['a broken escape', [['filename*', "utf-8''100%"]], '100%'],
    ['a quote in the name', [['filename*', "utf-8''l'an%202026"]], "l'an 2026"],
  ])('reads %s', (_name, pairs, expected) => {
    expect(read(...pairs)['filename']).toBe(expected);
  });

  it('knows names in any case', () => {
    expect(read(['FileName', 'a'], ['NAME*', "UTF-8''b"])).toEqual({ filename: 'a', name: 'b' });
  });
});
