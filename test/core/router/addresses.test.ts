import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatAddress, parseAddress, parseAddresses } from '#core/router/addresses';

const list = (...entries: string[]) => parseAddresses(entries, 'to').map((one) => one.address);

describe('addresses as people type them', () => {
  it.each([
    [['a@b.fr'], ['a@b.fr']],
    [['a@b.fr; c@d.fr , e@f.fr;'], ['a@b.fr', 'c@d.fr', 'e@f.fr']],
    [['"Dupont; Jean, maire" <a@b.fr>; c@d.fr'], ['a@b.fr', 'c@d.fr']],
    [['Mairie (service, courrier) <a@b.fr>'], ['a@b.fr']],
    [['René <x@münchen.de>'], ['x@xn--mnchen-3ya.de']],
    [['rené@example.org'], ['rené@example.org']],
    [['root@localhost'], ['root@localhost']],
  ])('%j are %j', (entries, addresses) => {
    expect(list(...entries)).toEqual(addresses);
  });

  it.each([
    '"evil@example.org x"@internal.test',
    'a@b.fr\r\nBcc: c@d.fr',
    'a@b.fr <c@d.fr> e@f.fr',
    '<a@b.fr> <c@d.fr>',
    'a b@c.fr',
    '.a@b.fr',
    'a..b@c.fr',
    'a@b..fr',
    'a@-b.fr',
    'a@',
    '@b.fr',
    'a',
    'a@b@c.fr',
  ])('%j is refused', (text) => {
    expect(() => parseAddress(text, 'to')).toThrow(
      expect.objectContaining({ code: 'address.invalid' }),
    );
  });

  it('says who is meant when the name looks like another address', () => {
    expect(parseAddress('"boss@a.fr" <clerk@b.fr>', 'to')).toEqual({
      name: 'boss@a.fr',
      address: 'clerk@b.fr',
    });
  });

  it('never lets through what could end a header or an SMTP command', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'binary', maxLength: 40 }),
        fc.string({ maxLength: 40 }),
        (a, b) => {
          for (const text of [`${a}@x.fr`, `${a} <${b}@x.fr>`, `"${a}" <y@${b}>`, `${a}${b}`]) {
            try {
              for (const one of parseAddresses([text], 'to')) {
                expect(one.address).toMatch(/^[^\s<>"\r\n]+@[^\s<>"\r\n]+$/);
                expect(formatAddress(one)).not.toMatch(/[\r\n\0]/);
              }
            } catch (thrown) {
              expect(thrown).toMatchObject({ code: 'address.invalid' });
            }
          }
        },
      ),
    );
  });
});
