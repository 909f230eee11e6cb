// The bytes of mails as they reach the intake, from a real Dovecot.
import { createHash } from 'node:crypto';
import { expect, it } from 'vitest';
import { startDovecot } from '../../../servers/dovecot.ts';
import { describeWith } from '../../../servers/required.ts';
import { useServer } from '../../../servers/use-server.ts';
import { makeMail, nestedMail, type MailOptions } from '../../../helpers/make-mail.ts';
import { seededBytes } from '../../../helpers/seeded-bytes.ts';
import { fetchItems, imapSource, listItems, never } from './imap-harness.ts';
import { settleOrders } from '../settle-orders.ts';

describeWith(['dovecot', 'openssl'], 'a mailbox on a real Dovecot', () => {
  const dovecot = useServer(() => startDovecot());
  const source = (user: string, more: object = {}) =>
    imapSource({ port: dovecot().ports.imap, user, ...more });
  const userWith = async (...mails: (Buffer | MailOptions)[]) => {
    const user = dovecot().freshUser();
    for (const each of mails) {
      await dovecot().deliver(user, Buffer.isBuffer(each) ? each : makeMail(each));
    }
    return user;
  };
  const fetched = async (user: string, more: object = {}) => {
    const mailbox = source(user, more);
    return await fetchItems(mailbox, await listItems(mailbox));
  };

  it.each(['base64', 'quoted-printable', '7bit', '8bit'] as const)(
    'delivers the very bytes of a text attachment in %s',
    async (encoding) => {
      const content = 'name;amount\r\nDupont;12=3\r\n"a  b";4 \r\n';
      const attachments = [{ name: 'a.csv', type: 'text/csv', encoding, content }];
      const { contents } = await fetched(await userWith({ subject: 's', attachments }));
      expect(contents.get('s/a.csv')?.toString()).toBe(content);
    },
  );

  it.each([0, 1, 2, 3, 57, 58, 4095, 65_536, 1_000_003])(
    'delivers an attachment of %i bytes',
    async (size) => {
      const content = seededBytes(size, size);
      const { contents } = await fetched(
        await userWith({ subject: 's', attachments: [{ name: 'a.bin', content }] }),
      );
      expect(contents.get('s/a.bin')?.equals(content)).toBe(true);
    },
  );

  it('keeps the parts of many mails apart', async () => {
    const mails = Array.from({ length: 40 }, (_, i) => ({
      subject: `m${i}`,
      attachments: [
        { name: 'a.pdf', content: seededBytes(1000 + 997 * i, `a${i}`) },
        { name: 'b.pdf', content: seededBytes(70_000 - 991 * i, `b${i}`) },
      ],
    }));
    const { contents, done } = await fetched(await userWith(...mails));
    expect(done).toHaveLength(40);
    for (const { subject, attachments } of mails) {
      for (const { name, content } of attachments) {
        expect(contents.get(`${subject}/${name}`)?.equals(content)).toBe(true);
      }
    }
  });

  it('delivers the whole mail, byte for byte, named after its subject', async () => {
    const raw = makeMail({
      subject: 'Relevé n° 7',
      attachments: [{ name: 'a.pdf', content: 'x' }],
    });
    const { contents } = await fetched(await userWith(raw), { take: { what: 'message' } });
    expect(contents.get('Relevé n° 7/Relevé n° 7.eml')?.equals(raw)).toBe(true);
  });

  it('delivers the whole mail and its attachments', async () => {
    const user = await userWith({ subject: 's', attachments: [{ name: 'a.pdf', content: 'x' }] });
    const { contents } = await fetched(user, { take: { what: 'both' } });
    expect([...contents.keys()]).toEqual(['s/s.eml', 's/a.pdf']);
  });

  it('delivers the text of the mail', async () => {
    const user = await userWith({ subject: 's', text: 'Montant : 12 €', html: '<p>12 €</p>' });
    const { contents } = await fetched(user, { take: { what: 'body', bodyAs: 'asSent' } });
    expect([...contents].map(([name, bytes]) => [name, bytes.toString()])).toEqual([
      ['s/s.html', '<p>12 €</p>'],
    ]);
  });

  it('delivers an enclosed mail as it is, not written anew', async () => {
    const inner = makeMail({ subject: 'Dedans', attachments: [{ name: 'i.pdf', content: 'y' }] });
    const user = await userWith({ subject: 's', attachments: [nestedMail(inner)] });
    const { contents } = await fetched(user);
    expect([...contents.keys()]).toEqual(['s/Dedans.eml']);
    // Dovecot counts the line end before the boundary to an enclosed multipart.
    expect(contents.get('s/Dedans.eml')?.toString().trimEnd()).toBe(inner.toString().trimEnd());
  });

  it('marks nothing as read', async () => {
    const user = await userWith({ attachments: [{ name: 'a.pdf', content: 'x' }] });
    await fetched(user);
    expect(await dovecot().folder(user)).toMatchObject([{ flags: [] }]);
  });

  it('says that a mail is gone, and goes on with the others', async () => {
    const mails = ['one', 'two', 'three'].map((subject) => ({
      ...{ subject, attachments: [{ name: 'a.pdf', content: subject }] },
    }));
    const user = await userWith(...mails);
    const fate = { kind: 'delete', afterDays: 0 } as const;
    const mailbox = source(user, { fate });
    const items = await listItems(mailbox);
    await source(user, { fate }).settle(settleOrders([items[1]!]), never);
    const { contents, failures, error } = await fetchItems(mailbox, items);
    expect(error).toBeUndefined();
    expect([...contents.keys()]).toEqual(['one/a.pdf', 'three/a.pdf']);
    expect(failures.get('two')).toMatchObject({ kind: 'gone', code: 'imap.gone' });
  });

  it('says that mails are gone when their folder was renumbered', async () => {
    const user = await userWith({ subject: 's', attachments: [{ name: 'a.pdf', content: 'x' }] });
    const items = await listItems(source(user));
    await dovecot().resetUidValidity(user);
    const { failures } = await fetchItems(source(user), items);
    expect(failures.get('s')).toMatchObject({ kind: 'gone', code: 'imap.renumbered' });
  });

  it('streams a large attachment in small pieces, waiting whenever it is asked to', async () => {
    const content = seededBytes(30_000_000, 'large');
    const user = await userWith({ subject: 's', attachments: [{ name: 'a.bin', content }] });
    const mailbox = source(user);
    let [isBusy, writes, largest] = [false, 0, 0];
    const onWrite = async (chunk: Buffer) => {
      if (isBusy) throw new Error('written to while it had asked to wait');
      isBusy = true;
      writes++;
      largest = Math.max(largest, chunk.length);
      await new Promise((resolve) => setImmediate(resolve));
      isBusy = false;
    };
    const { contents } = await fetchItems(mailbox, await listItems(mailbox), { onWrite });
    expect(sha256(contents.get('s/a.bin')!)).toBe(sha256(content));
    expect(largest).toBeLessThanOrEqual(131_072);
    expect(writes).toBeGreaterThan(200);
  });

  it('does the same over TLS', async () => {
    const content = seededBytes(10_000_000, 'tls');
    const user = await userWith({ subject: 's', attachments: [{ name: 'a.bin', content }] });
    const { ports, caPem } = dovecot();
    for (const [tls, port] of [
      ['implicit', ports.imaps],
      ['starttls', ports.imap],
    ] as const) {
      const mailbox = imapSource({ port, tls, trust: { caPem }, user });
      const onWrite = () => new Promise<void>((resolve) => void setImmediate(resolve));
      const { contents } = await fetchItems(mailbox, await listItems(mailbox), { onWrite });
      expect(sha256(contents.get('s/a.bin')!)).toBe(sha256(content));
    }
  });

  it('fetches while the listing goes on, on the same connection', async () => {
    const subjects = Array.from({ length: 300 }, (_, i) => `n${i}`);
    const user = await userWith(
      ...subjects.map((subject) => ({ subject, attachments: [{ name: 'a', content: subject }] })),
    );
    const mailbox = source(user, { fate: { kind: 'move', folder: 'Done' } });
    const contents: string[] = [];
    for await (const { items } of mailbox.list(
      { cursor: null, open: [], isKnown: () => false },
      never,
    )) {
      const fetchedNow = await fetchItems(mailbox, items);
      contents.push(...[...fetchedNow.contents.values()].map((bytes) => bytes.toString()));
      await mailbox.settle(settleOrders(items), never);
    }
    expect(contents).toEqual(subjects);
    expect(await dovecot().folder(user, 'Done')).toHaveLength(300);
    expect(await dovecot().folder(user)).toEqual([]);
  });

  it('asks for thousands of parts of one mail in several commands', async () => {
    const attachments = Array.from({ length: 450 }, (_, i) => ({
      name: `f${i}`,
      content: `c${i}`,
    }));
    const { contents, done } = await fetched(await userWith({ subject: 's', attachments }));
    expect(done).toEqual(['s']);
    expect([...contents.values()].map(String)).toEqual(attachments.map(({ content }) => content));
  });
});

const sha256 = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex');
