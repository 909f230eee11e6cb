import { describe, expect, it } from 'vitest';
import { redactFields } from '#core/logging/redact';

const at = (level: 'info' | 'debug', text: string): unknown =>
  redactFields({ message: text }, level)['message'];

describe('a secret', () => {
  it.each(['password', 'imapPassword', 'secret', 'accessToken', 'Authorization', 'cookie'])(
    'is never logged under the name %s, at any level',
    (name) => {
      for (const level of ['error', 'info', 'debug'] as const) {
        expect(redactFields({ [name]: 'hunter2' }, level)).toEqual({ [name]: '***' });
      }
    },
  );

  it.each([
    'Authorization: Bearer abc.def-123',
    'A1 LOGIN jean hunter2',
    'A1 LOGIN "jean" "hun\\"ter2"',
    'A1 AUTHENTICATE XOAUTH2 dXNlcj1qZWFu',
    'GET http://127.0.0.1:80/#token=abc123',
    'https://jean:hunter2@example.org/x',
    'https://example.org/cb?code=abc123&state=1',
  ])('is cut out of a longer text, at debug too: %s', (text) => {
    const shown = String(at('debug', text));

    expect(shown).toContain('***');
    expect(shown).not.toMatch(/hunter2|ter2|abc123|abc\.def|dXNlcj/);
  });
});

describe('above debug', () => {
  it.each([
    ['/home/jean/scans/facture.pdf', '/…/facture.pdf'],
    ['cannot open "/home/jean/a b.pdf"', 'cannot open "/…/a b.pdf"'],
    ['C:\\Users\\Jean Dupont\\scan\\a.pdf', 'C:\\…\\a.pdf'],
    ['\\\\serveur\\partage\\jean\\a.pdf', '\\\\…\\a.pdf'],
    ['jean.dupont@example.org', 'j…@example.org'],
    ['from Élodie <elodie@mairie.example.fr>', 'from Élodie <e…@mairie.example.fr>'],
  ])('paths and addresses are shortened: %s', (text, shown) => {
    expect(at('info', text)).toBe(shown);
  });

  it.each(['source.away', '3/4 done', 'a and/or b', 'imap.example.org:993', '/'])(
    'other text stays as it is: %s',
    (text) => {
      expect(at('info', text)).toBe(text);
    },
  );

  it('numbers and missing values stay as they are', () => {
    const fields = { count: 3, ok: true, nothing: null };

    expect(redactFields(fields, 'info')).toEqual(fields);
  });
});

describe('at debug', () => {
  it('paths and addresses are whole', () => {
    const text = '/home/jean/a.pdf for jean@example.org';

    expect(at('debug', text)).toBe(text);
  });
});
