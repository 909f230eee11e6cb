// Names of attachments in all the forms senders give them.
import { describe, expect, it } from 'vitest';
import { splitParameters } from '#core/mail/mime/raw-parameters';
import { makeMail } from '../../../helpers/make-mail.ts';
import type { NameForm } from '../../../helpers/mail-names.ts';
import { lines, mixed, parse } from './parse.ts';

const forms: readonly NameForm[] = [
  'encoded-word',
  'encoded-word-q-latin1',
  'rfc2231',
  'rfc2231-parts',
  'raw-utf8',
  'raw-latin1',
];

it.each(forms)('reads a name in the form %s', async (nameForm) => {
  const name = 'Facture été 2026 n° 12.pdf';
  const { leaves } = await parse(makeMail({ attachments: [{ content: 'x', name, nameForm }] }));
  expect(leaves[1]?.name).toBe(name);
});

const nameOf = async (disposition: string, type = 'application/pdf') => {
  const fields = [`Content-Type: ${type}`, `Content-Disposition: ${disposition}`];
  const { leaves } = await parse(mixed(lines(...fields, '', 'x')));
  return leaves[0]?.name;
};

it.each([
  ['unquoted blanks', 'attachment; filename=my file.pdf', 'my file.pdf'],
  ['a Windows path', 'attachment; filename="C:\\TEMP\\a.pdf"', 'C:\\TEMP\\a.pdf'],
  ['escaped quotes', 'attachment; filename="a \\"b\\".pdf"', 'a "b".pdf'],
  ['quotes that are not escaped', 'attachment; filename="a "b" c.pdf"; size=3', 'a "b" c.pdf'],
  ['a missing quote', 'attachment; filename="a.pdf; size=3', 'a.pdf'],
  ['a missing semicolon', 'attachment filename="a.pdf" size=3', 'a.pdf'],
  ['a folded value', 'attachment; filename="my\r\n file.pdf"', 'my file.pdf'],
  ['pieces in any order', "attachment; filename*1*=%A9.pdf; filename*0*=UTF-8''%C3", 'é.pdf'],
  ['plain pieces', 'attachment; filename*0="long "; filename*1="name.pdf"', 'long name.pdf'],
  ['both forms', "attachment; filename=e.pdf; filename*=UTF-8''%C3%A9.pdf", 'é.pdf'],
  ['an encoded word without quotes', 'attachment; filename==?UTF-8?Q?=C3=A9;.pdf?=', 'é;.pdf'],
  ['an encoded line end', 'attachment; filename="=?UTF-8?Q?a=0D=0Ab.pdf?="', 'a b.pdf'],
  ['a comment', 'attachment (to keep); filename=a.pdf', 'a.pdf'],
  ['white space alone', 'attachment; filename="\t"', ''],
])('reads a name with %s', async (_, disposition, expected) => {
  expect(await nameOf(disposition)).toBe(expected);
});

it('prefers the name of the disposition to that of the type', async () => {
  expect(await nameOf('attachment; filename=b.pdf', 'application/pdf; name=a.pdf')).toBe('b.pdf');
});

it.each([
  ['application/PDF ; x=y', 'application/pdf'],
  ['text', 'text/plain'],
  ['pdf; name=a.pdf', 'application/octet-stream'],
  ['', 'text/plain'],
  ['application/pdf name=a.pdf', 'application/pdf'],
])('reads the type %j', async (type, expected) => {
  const { leaves } = await parse(mixed(lines(`Content-Type: ${type}`, '', 'x')));
  expect(leaves[0]?.leaf.part.mediaType).toBe(expected);
});

describe('in the time of one pass', () => {
  it.each([
    ['quotes that nothing closes', 'a="x;'.repeat(500_000)],
    ['parameters without semicolons', ' name=x'.repeat(500_000)],
    ['blanks', `a${' '.repeat(300_000)}b${' '.repeat(100_000)};x=y`],
    ['comments', `${'('.repeat(100_000)}${')'.repeat(100_000)}; x=y`],
    ['encoded words', 'a==?x?q?y?='.repeat(30_000)],
  ])('takes a value of many %s', (_, text) => {
    // Quadratic time would outlast the test.
    expect(splitParameters(`v; ${text}`).value).toBe('v');
  });
});
