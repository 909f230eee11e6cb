// What a look at a real mailbox offers: new mail, open items, renumbered folders.
import { expect, it } from 'vitest';
import { startDovecot } from '../../../servers/dovecot.ts';
import { startFaultProxy } from '../../../servers/fault-proxy.ts';
import { describeWith } from '../../../servers/required.ts';
import { useServer } from '../../../servers/use-server.ts';
import { eventually } from '../../../helpers/eventually.ts';
import { fakeClock } from '../../../helpers/fake-clock.ts';
import { makeMail } from '../../../helpers/make-mail.ts';
import type { OpenItem, SourceItem } from '#core/sources/source';
import { imapSource, listBatches, listItems, never } from './imap-harness.ts';
import { outcomeOf } from '../../../helpers/outcome-of.ts';
import { settleOrders } from '../settle-orders.ts';

const mail = (subject: string) =>
  makeMail({ subject, attachments: [{ name: `${subject}.pdf`, content: subject }] });
const titles = (items: readonly SourceItem[]) => items.map((item) => item.title);
const openItem = (item: SourceItem, more: Partial<OpenItem> = {}): OpenItem => ({
  ...{ key: item.key, version: item.version, location: item.location },
  ...{ observation: null, replay: false, ...more },
});

describeWith(['dovecot', 'openssl'], 'a mailbox on a real Dovecot', () => {
  const dovecot = useServer(() => startDovecot());
  const source = (user: string, more: object = {}) =>
    imapSource({ port: dovecot().ports.imap, user, ...more });
  const userWith = async (...subjects: string[]) => {
    const user = dovecot().freshUser();
    for (const subject of subjects) await dovecot().deliver(user, mail(subject));
    return user;
  };

  it('offers each mail with its facts, oldest first', async () => {
    const user = dovecot().freshUser();
    await dovecot().deliver(
      user,
      makeMail({
        ...{ from: 'Élodie Martin <elodie@example.org>', subject: 'Relevé n° 7' },
        ...{ messageId: '<m1@example.org>', attachments: [{ name: 'relevé.pdf', content: 'x' }] },
      }),
      { internalDate: new Date('2026-01-02T03:04:05Z') },
    );
    await dovecot().deliver(user, mail('second'));
    const [first, second] = await listItems(source(user));
    expect(first).toMatchObject({
      key: expect.stringMatching(/^INBOX\n\d+:1$/) as string,
      title: 'Relevé n° 7',
      receivedAt: '2026-01-02T03:04:05.000Z',
      facts: {
        from: 'Élodie Martin <elodie@example.org>',
        to: 'collect@example.net',
        subject: 'Relevé n° 7',
        messageId: '<m1@example.org>',
      },
      parts: [{ part: '2', name: 'relevé.pdf' }],
    });
    expect(second?.title).toBe('second');
  });

  it('finds nothing in an empty mailbox, and what arrives later', async () => {
    const user = dovecot().freshUser();
    const first = source(user);
    expect(await listItems(first)).toEqual([]);
    await dovecot().deliver(user, mail('late'));
    expect(titles(await listItems(source(user), { cursor: first.cursor() }))).toEqual(['late']);
  });

  it('offers only what arrived since the cursor', async () => {
    const user = await userWith('one', 'two');
    const first = source(user);
    await listItems(first);
    for (const subject of ['three', 'four']) await dovecot().deliver(user, mail(subject));
    const second = source(user);
    const found = await listItems(second, { cursor: first.cursor() });
    expect(titles(found)).toEqual(['three', 'four']);
    expect(await listItems(source(user), { cursor: second.cursor() })).toEqual([]);
  });

  it('does not take the last mail for a new one when nothing is new', async () => {
    const user = await userWith('one');
    const first = source(user);
    const [open] = await listItems(first);
    const again = await listItems(source(user), {
      ...{ cursor: first.cursor(), open: [openItem(open!)] },
    });
    expect(titles(again)).toEqual(['one']);
  });

  it('counts the known and describes only the others', async () => {
    const user = await userWith('one', 'two', 'three');
    const [one, , three] = await listItems(source(user));
    const known = new Set([one!.key, three!.key]);
    const batches = await listBatches(source(user), { isKnown: (key) => known.has(key) });
    expect(batches.reduce((sum, batch) => sum + batch.knownCount, 0)).toBe(2);
    expect(titles(batches.flatMap((batch) => batch.items))).toEqual(['two']);
  });

  it('offers open items again, and not those that are gone', async () => {
    const user = await userWith('one', 'two', 'three');
    const first = source(user, { fate: { kind: 'delete', afterDays: 0 } });
    const [one, two] = await listItems(first);
    await first.settle(settleOrders([one!]), never);
    const open = [openItem(one!), openItem(two!)];
    const again = await listItems(source(user), { cursor: first.cursor(), open });
    expect(titles(again)).toEqual(['two']);
    expect(again[0]?.key).toBe(two!.key);
  });

  it('offers an item to be replayed from the folder its fate put it in, under its old key', async () => {
    const user = await userWith('one');
    const fate = { kind: 'move', folder: 'Traité/2026' } as const;
    const first = source(user, { fate });
    const [one] = await listItems(first);
    const [outcome] = await first.settle(settleOrders([one!]), never);
    const location = outcome?.ok === true ? outcome.location : null;
    const replayed = await listItems(source(user, { fate }), {
      ...{ cursor: first.cursor(), open: [openItem(one!, { location: location!, replay: true })] },
    });
    expect(replayed).toMatchObject([{ key: one!.key, title: 'one', location }]);
  });

  it('lists everything under new keys, with the same fingerprints, when the folder is renumbered', async () => {
    const user = await userWith('one', 'two');
    const first = source(user);
    const before = await listItems(first);
    await dovecot().resetUidValidity(user);
    const after = await listItems(source(user), {
      ...{ cursor: first.cursor(), isKnown: (key) => before.some((item) => item.key === key) },
    });
    expect(titles(after)).toEqual(['one', 'two']);
    expect(after.map((item) => item.fingerprint)).toEqual(before.map((item) => item.fingerprint));
    expect(after[0]?.key).not.toBe(before[0]?.key);
    expect(new Set(after.map((item) => item.fingerprint)).size).toBe(2);
  });

  it('knows whether a mail still lies where it was', async () => {
    const user = await userWith('one', 'two');
    const mailbox = source(user, { fate: { kind: 'delete', afterDays: 0 } });
    const [one, two] = await listItems(mailbox);
    await mailbox.settle(settleOrders([one!]), never);
    expect(await mailbox.stillThere(one!.location, never)).toBe(false);
    expect(await mailbox.stillThere(two!.location, never)).toBe(true);
    await dovecot().resetUidValidity(user);
    expect(await source(user).stillThere(two!.location, never)).toBe(false);
  });

  it('forgets its cursor when the folder of the configuration changes', async () => {
    const user = await userWith('one');
    await dovecot().deliver(user, mail('elsewhere'), { folder: 'Factures reçues' });
    const first = source(user);
    await listItems(first);
    const other = source(user, { folder: 'Factures reçues' });
    expect(titles(await listItems(other, { cursor: first.cursor() }))).toEqual(['elsewhere']);
  });

  it('compares all numbers once a day, though the cursor says nothing is new', async () => {
    const user = await userWith('one');
    const clock = fakeClock();
    const first = source(user, { clock });
    await listItems(first);
    const look = async () => await listItems(source(user, { clock }), { cursor: first.cursor() });
    await clock.advance(23 * 3_600_000);
    expect(await look()).toEqual([]);
    await clock.advance(2 * 3_600_000);
    expect(titles(await look())).toEqual(['one']);
  });

  it('walks through more mails than one command asks for, each once', async () => {
    const user = await userWith(...Array.from({ length: 620 }, (_, i) => `n${i}`));
    const batches = await listBatches(source(user));
    expect(batches.map((batch) => batch.items.length)).toEqual([250, 250, 120]);
    expect(titles(batches.flatMap((batch) => batch.items))).toEqual(
      Array.from({ length: 620 }, (_, i) => `n${i}`),
    );
  });

  it('says which folder is missing', async () => {
    const missing = source(await userWith('one'), { folder: 'Nulle part' });
    await expect(listItems(missing)).rejects.toMatchObject({
      ...{ kind: 'config', code: 'imap.folderMissing', params: { folder: 'Nulle part' } },
    });
  });

  it('lists the folders for the picker, with Unicode names and their use', async () => {
    const user = await userWith('one');
    for (const folder of ['Traité', 'Factures/2026', 'R&D "neuf"']) {
      await dovecot().createFolder(user, folder);
    }
    const folders = await source(user).folders?.(never);
    expect(folders?.[0]).toEqual({
      path: 'INBOX',
      label: 'INBOX',
      selectable: true,
      role: 'inbox',
    });
    expect(folders?.map((folder) => folder.path)).toEqual(
      expect.arrayContaining(['INBOX', 'Traité', 'Factures/2026', 'R&D "neuf"']),
    );
  });

  it.each(['Traité', 'R&D "neuf"', '経理', 'a/b c'])('reads the folder %s', async (folder) => {
    const user = dovecot().freshUser();
    await dovecot().deliver(user, mail('here'), { folder });
    expect(titles(await listItems(source(user, { folder })))).toEqual(['here']);
  });

  it('sees what arrives while it is connected', async () => {
    const user = await userWith('one');
    const mailbox = source(user);
    await listItems(mailbox);
    await dovecot().deliver(user, mail('two'));
    const found = await listItems(mailbox, { cursor: mailbox.cursor() });
    expect(titles(found)).toEqual(['two']);
  });

  it('stops at once when the run is stopped', async () => {
    const proxy = await startFaultProxy({
      port: dovecot().ports.imap,
      faults: [{ kind: 'cutWhen', direction: 'toServer', pattern: 'UID SEARCH', how: 'stall' }],
    });
    try {
      const stop = new AbortController();
      const listing = listItems(imapSource({ port: proxy.port }), {}, stop.signal);
      const outcome = outcomeOf(listing);
      await eventually(() => proxy.seen('toServer').includes('UID SEARCH'));
      stop.abort();
      expect(await outcome).toBe('cancelled run.cancelled');
    } finally {
      await proxy.close();
    }
  });
});
