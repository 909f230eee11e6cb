// Messages inside of messages: delivered as they are, or opened down to a depth that the caller chooses.
import { expect, it } from 'vitest';
import { createMimeParser } from '#core/mail/mime/mime-parser';
import type { MimeLeaf } from '#core/mail/mime/mime-types';
import { makeMail, nestedMail } from '../../../helpers/make-mail.ts';
import { lines, mixed, onePart, parse } from './parse.ts';

const inner = makeMail({
  subject: 'Facture intérieure',
  attachments: [{ content: 'inside', name: 'inner.pdf' }],
});
const open = ({ mayOpen }: MimeLeaf) => (mayOpen ? 'open' : 'take');

it('gives an enclosed message byte for byte, with its subject', async () => {
  const { leaves } = await parse(makeMail({ attachments: [nestedMail(inner, 'mail.eml')] }));
  expect(leaves[1]?.bytes?.equals(inner)).toBe(true);
  expect(leaves[1]?.leaf.part.subject).toBe('Facture intérieure');
});

it('knows the subject of an enclosed message when it asks where it goes', async () => {
  const subjects: string[] = [];
  await parse(makeMail({ attachments: [nestedMail(inner)] }), {
    chunks: [11],
    choose: ({ part }) => {
      subjects.push(part.subject);
      return 'take';
    },
  });
  expect(subjects).toEqual(['', 'Facture intérieure']);
});

it.each(['8bit', 'base64'] as const)(
  'opens one in %s, its parts numbered within',
  async (encoding) => {
    const attachment = { ...nestedMail(inner, 'mail.eml'), encoding };
    const { leaves, mails } = await parse(makeMail({ attachments: [attachment] }), {
      choose: open,
      chunks: [100],
    });
    expect(leaves.map(({ part, bytes }) => [part, bytes === null])).toEqual([
      ['1', false],
      ['2', true],
      ['2.1', false],
      ['2.2', false],
    ]);
    expect(leaves[3]).toMatchObject({ name: 'inner.pdf', bytes: Buffer.from('inside') });
    expect(leaves[3]?.leaf.mail).toMatchObject({
      depth: 1,
      header: { subject: 'Facture intérieure' },
    });
    expect(mails.map(({ part, depth }) => [part, depth])).toEqual([
      ['', 0],
      ['2', 1],
    ]);
  },
);

it('numbers the only part of an opened message', async () => {
  const part = lines('Content-Type: message/rfc822', '', 'Content-Type: application/pdf', '', 'x');
  const { leaves } = await parse(mixed(part), { choose: open });
  expect(leaves.map((leaf) => leaf.part)).toEqual(['1', '1.1']);
});

it('opens no deeper than five, and gives what lies deeper as a whole', async () => {
  let mail = onePart(['Content-Type: application/pdf; name=a.pdf'], 'x');
  for (let depth = 0; depth < 7; depth++) mail = onePart(['Content-Type: message/rfc822'], mail);
  const { leaves } = await parse(mail, { choose: open });
  expect(leaves.map(({ leaf }) => leaf.mayOpen)).toEqual([true, true, true, true, true, false]);
  expect(leaves.at(-1)?.bytes?.toString()).toContain('name=a.pdf');
});

it('does not open what says it is a message and is none', async () => {
  const part = lines('Content-Type: message/rfc822', '', '/9j/4AAQSkZJRgABAQAAAQABAAD');
  const { leaves } = await parse(mixed(part), { choose: open });
  expect(leaves.map(({ leaf, bytes }) => [leaf.mayOpen, bytes?.toString().slice(0, 6)])).toEqual([
    [false, '/9j/4A'],
  ]);
});

it('ends an enclosed message at the boundary around it, also without its own', async () => {
  const cut = inner.toString('latin1').replace(/--=_[^\r]*--\r\n$/, '');
  const mail = mixed(lines('Content-Type: message/rfc822', '') + cut, lines('', 'after'));
  const { leaves, summary } = await parse(mail, { choose: open });
  expect(leaves.map(({ part }) => part)).toEqual(['1', '1.1', '1.2', '2']);
  expect(summary.problems).toEqual([{ code: 'mail.truncated', part: '1.2' }]);
});

it('counts the parts of opened messages with the others', async () => {
  const many = mixed(...Array.from({ length: 60 }, () => lines('', 'x')))
    .replaceAll('--b', '--c')
    .replace('=b', '=c');
  const mail = mixed(
    lines('Content-Type: message/rfc822', '') + many,
    lines('Content-Type: message/rfc822', '') + many,
  );
  const limits = { parts: 100 };
  await expect(parse(mail, { limits })).resolves.toBeDefined();
  await expect(parse(mail, { limits, choose: open })).rejects.toMatchObject({
    code: 'mail.tooManyParts',
  });
});

it('waits for the end of an opened message before it tells its end', async () => {
  const told: string[] = [];
  const parser = createMimeParser({
    leaf: (leaf) => {
      if (leaf.mayOpen) return 'open';
      const write = () => new Promise<void>((done) => setImmediate(done));
      return { write, end: () => undefined };
    },
    leafEnd: (leaf) => told.push(leaf.part.part),
  });
  await parser.write(makeMail({ attachments: [nestedMail(inner)] }));
  await parser.end();
  expect(told).toEqual(['1', '2.1', '2.2', '2']);
});
