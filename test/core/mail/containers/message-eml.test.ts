// A message out of winmail.dat or `.msg` is written as a mail that reads back as the same message.
import { expect, it } from 'vitest';
import { bufferSource } from '#core/mail/containers/byte-source';
import type { OpenedContainer } from '#core/mail/containers/contained';
import { emlOf } from '#core/mail/containers/message-eml';
import { seededBytes } from '../../../helpers/seeded-bytes.ts';
import { parse } from '../mime/parse.ts';
import { joined, signal } from './read-all.ts';

const content = seededBytes(200_000);
const file = {
  kind: 'file',
  name: 'Pièce "jointe" n° 1.pdf',
  mediaType: 'application/pdf',
  contentId: 'id@x',
  content: bufferSource(content),
} as const;

const stored = (entries: OpenedContainer['entries'] = [file]): OpenedContainer => ({
  message: {
    subject: 'Une facture avec un objet très long, bien au-delà de ce que tient une ligne 📄',
    from: 'Hélène Dupont <helene@example.org>',
    to: 'Mairie',
    messageId: '<1@example.org>',
    sentAt: '2026-01-05T08:00:00.000Z',
    text: 'Bonjour,\r\nci-joint.\r\n',
    html: bufferSource(Buffer.from('<p>Bonjour</p>')),
  },
  entries,
  problems: [],
});

it('keeps its fields, texts and attachments', async () => {
  const { summary, leaves } = await parse(await joined(emlOf(stored(), signal)));
  expect(summary.problems).toEqual([]);
  expect(summary.header).toEqual({
    cc: '',
    subject: stored().message.subject,
    from: 'Hélène Dupont <helene@example.org>',
    to: 'Mairie',
    messageId: '<1@example.org>',
    date: 'Mon, 05 Jan 2026 08:00:00 +0000',
  });
  expect(leaves.map(({ leaf, name }) => [leaf.part.mediaType, name])).toEqual([
    ['text/plain', ''],
    ['text/html', ''],
    ['application/pdf', file.name],
  ]);
  expect(leaves[0]?.bytes?.toString()).toBe(stored().message.text);
  expect(leaves[2]?.bytes?.equals(content)).toBe(true);
});

it('holds messages inside as messages', async () => {
  const message = {
    kind: 'message',
    name: 'Intérieur',
    open: () => Promise.resolve(stored()),
  } as const;
  const eml = await joined(emlOf(stored([message]), signal));
  const { leaves } = await parse(eml, { choose: ({ mayOpen }) => (mayOpen ? 'open' : 'take') });
  expect(leaves.map(({ part, name }) => [part, name])).toEqual([
    ['1', ''],
    ['2', ''],
    ['3', 'Intérieur.eml'],
    ['3.1', ''],
    ['3.2', ''],
    ['3.3', file.name],
  ]);
});

it('gives the same bytes each time, in lines a mail server takes', async () => {
  const one = await joined(emlOf(stored(), signal));
  const other = await joined(emlOf(stored(), signal));
  expect(one.equals(other)).toBe(true);
  const longest = Math.max(
    ...one
      .toString('latin1')
      .split('\r\n')
      .map((line) => line.length),
  );
  expect(longest).toBeLessThanOrEqual(998);
});

it('puts no foreign text into its header', async () => {
  const { message } = stored();
  const hostile = {
    ...message,
    subject: 'a\r\nBcc: x@y.org',
    messageId: '<1>\r\nBcc: z',
    from: 'b\r\nX: c',
  };
  const eml = await joined(emlOf({ ...stored([]), message: hostile }, signal));
  expect(eml.toString().split('\r\n\r\n', 1)[0]).not.toMatch(/^(?:Bcc|X):/m);
});

it('refuses messages nested without end', async () => {
  const endless: OpenedContainer = stored([
    { kind: 'message', name: 'again', open: () => Promise.resolve(endless) },
  ]);
  await expect(joined(emlOf(endless, signal))).rejects.toMatchObject({ code: 'mail.tooDeep' });
});
