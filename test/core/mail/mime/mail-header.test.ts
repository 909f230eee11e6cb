// The fields of the mail itself: sender, recipients, subject, in the encodings people meet.
import { describe, expect, it } from 'vitest';
import { readAddresses } from '#core/mail/mime/address-list';
import { lines, parse } from './parse.ts';

const header = async (...fields: readonly string[]) =>
  (await parse(lines(...fields, '', 'text'))).summary.header;

it('reads sender, recipients, subject, date and message id, folded or not', async () => {
  expect(
    await header(
      'From: =?UTF-8?Q?H=C3=A9l=C3=A8ne?= <helene@example.org>',
      'To: jean@example.org,\r\n "Dupont, Marie" <marie@example.org>',
      'Subject: Facture\r\n 12',
      'Date: Mon, 5 Jan 2026 09:00:00 +0100',
      'Message-ID: <1@example.org>',
    ),
  ).toEqual({
    from: 'Hélène <helene@example.org>',
    to: 'jean@example.org, Dupont, Marie <marie@example.org>',
    cc: '',
    subject: 'Facture 12',
    date: 'Mon, 5 Jan 2026 09:00:00 +0100',
    messageId: '<1@example.org>',
  });
});

it('takes the first of two subjects, and all recipients', async () => {
  const found = await header('Subject: one', 'Subject: two', 'To: a@x.org', 'To: b@x.org');
  expect(found).toMatchObject({ subject: 'one', to: 'a@x.org, b@x.org' });
});

it('joins a character that is cut between two encoded words', async () => {
  const { subject } = await header(
    'Subject: =?UTF-8?B?w4k=?=\r\n =?UTF-8?Q?t=C3?=\r\n =?UTF-8?Q?=A9?=',
  );
  expect(subject).toBe('Été');
});

it.each([
  ['UTF-8', Buffer.from('Subject: été\r\n\r\n'), 'été'],
  ['windows-1252', Buffer.from('Subject: \xe9t\xe9 50 \x80\r\n\r\n', 'latin1'), 'été 50 €'],
  [
    'the charset of the body',
    Buffer.from(
      'Subject: \xc7\xd1\xb1\xdb\r\nContent-Type: text/plain; charset=euc-kr\r\n\r\n',
      'latin1',
    ),
    '한글',
  ],
])('reads raw 8-bit text as %s', async (_, mail, subject) => {
  expect((await parse(mail)).summary.header.subject).toBe(subject);
});

describe('addresses', () => {
  it.each([
    ['jean@x.org (Jean Dupont)', ['Jean Dupont <jean@x.org>']],
    ['Équipe: a@x.org, b@x.org;, c@x.org', ['a@x.org', 'b@x.org', 'c@x.org']],
    ['"a \\"b\\" c" <a@x.org>', ['a "b" c <a@x.org>']],
    ['<a@x.org', ['a@x.org']],
    ['undisclosed-recipients:;', []],
    ['"open', ['open']],
    [`${'('.repeat(10_000)}x${')'.repeat(10_000)} <a@x.org>`, ['a@x.org']],
  ])('in %j', (raw, expected) => {
    const found = readAddresses(raw);
    expect(found.map((text) => text.replace(/^\(*x\)* /, ''))).toEqual(expected);
  });
});

it('keeps recipients up to the limit of one field, however many fields there are', async () => {
  const mail = lines(...Array.from({ length: 200 }, () => `To: ${'a'.repeat(5000)}`), '', '');
  const { summary } = await parse(mail);
  expect(summary.header.to.length).toBeLessThan(530_000);
  expect(summary.header.to.length).toBeGreaterThan(400_000);
  expect(summary.problems.map(({ code }) => code)).toContain('mail.headerCut');
});

it('is over soon with a sender of colons alone', () => {
  expect(readAddresses('@:'.repeat(250_000))[0]?.length).toBe(500_000);
}, 5000);

it('says what tells two mails apart without decoding it', async () => {
  const { summary } = await parse(
    lines('Message-ID: <1@x>', 'Subject: =?UTF-8?Q?=C3=A9?=', '', ''),
  );
  expect(summary.rawIdentity).toEqual(['<1@x>', '', '', '=?UTF-8?Q?=C3=A9?=']);
});
