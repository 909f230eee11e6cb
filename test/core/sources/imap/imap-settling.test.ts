// The fate of mails on a real Dovecot: what lies where afterwards.
import { expect, it } from 'vitest';
import { startDovecot, type DovecotServer } from '../../../servers/dovecot.ts';
import { describeWith } from '../../../servers/required.ts';
import { useServer } from '../../../servers/use-server.ts';
import { imapClient } from '../../../helpers/imap-client.ts';
import { makeMail } from '../../../helpers/make-mail.ts';
import type { SourceItem } from '#core/sources/source';
import { imapSource, listItems, never, type HarnessOptions } from './imap-harness.ts';
import { settleOrders } from '../settle-orders.ts';

type Fate = NonNullable<HarnessOptions['fate']>;
const move = { kind: 'move', folder: 'Traité' } as const;
const erase = { kind: 'delete', afterDays: 0 } as const;

function tools(dovecot: () => DovecotServer) {
  const userWith = async (...subjects: string[]) => {
    const user = dovecot().freshUser();
    for (const subject of subjects) await dovecot().deliver(user, makeMail({ subject }));
    return user;
  };
  const source = (user: string, fate: Fate, more: Partial<HarnessOptions> = {}) =>
    imapSource({ port: dovecot().ports.imap, user, fate, ...more });
  const subjects = async (user: string, folder = 'INBOX') =>
    (await dovecot().folder(user, folder)).map(
      ({ raw }) => /^Subject: (.*)\r$/m.exec(raw.toString())?.[1],
    );
  const named = (items: readonly SourceItem[], ...titles: string[]) =>
    items.filter((item) => titles.includes(item.title));
  return { userWith, source, subjects, named };
}

describeWith(['dovecot', 'openssl'], 'a Dovecot with all extensions', () => {
  const dovecot = useServer(() => startDovecot());
  const { userWith, source, subjects, named } = tools(dovecot);

  it('moves what was delivered, making the folder, and says where it lies now', async () => {
    const user = await userWith('one', 'two', 'three');
    const mailbox = source(user, move);
    const items = await listItems(mailbox);
    const outcomes = await mailbox.settle(settleOrders(named(items, 'one', 'three')), never);
    expect(await subjects(user)).toEqual(['two']);
    expect(await subjects(user, 'Traité')).toEqual(['one', 'three']);
    const places = outcomes.map((outcome) =>
      outcome.ok && outcome.location !== null ? (JSON.parse(outcome.location) as object) : null,
    );
    expect(places).toMatchObject([
      { folder: 'Traité', uid: 1 },
      { folder: 'Traité', uid: 2 },
    ]);
  });

  it('shows the folder it made to programs that list subscribed folders only', async () => {
    const user = await userWith('one');
    const mailbox = source(user, move);
    await mailbox.settle(settleOrders(await listItems(mailbox)), never);
    const client = await imapClient({
      port: dovecot().ports.imap,
      secure: false,
      doSTARTTLS: false,
      user,
    });
    const made = (await client.list()).find((folder) => folder.path === 'Traité');
    expect(made?.subscribed).toBe(true);
  });

  it.each([
    ['\\Seen', { kind: 'mark', seen: true, flagged: false, keyword: '' }],
    ['\\Flagged', { kind: 'mark', seen: false, flagged: true, keyword: '' }],
    ['$EzGedDone', { kind: 'mark', seen: false, flagged: false, keyword: '$EzGedDone' }],
  ] as const)('marks what was delivered with %s and nothing else', async (flag, fate) => {
    const user = await userWith('one', 'two');
    const mailbox = source(user, fate);
    const [one] = await listItems(mailbox);
    const [outcome] = await mailbox.settle(settleOrders([one!]), never);
    expect(outcome).toEqual({ ok: true, location: one!.location });
    const [first, second] = await dovecot().folder(user);
    expect([...first!.flags, ...first!.keywords]).toEqual([flag]);
    expect([...second!.flags, ...second!.keywords]).toEqual([]);
  });

  it('erases what was delivered, and not what others have marked as deleted', async () => {
    const user = await userWith('one', 'two', 'marked by a colleague');
    const client = await imapClient({
      port: dovecot().ports.imap,
      secure: false,
      doSTARTTLS: false,
      user,
    });
    await client.mailboxOpen('INBOX');
    await client.messageFlagsAdd('3', ['\\Deleted'], { uid: true });
    const mailbox = source(user, erase);
    const items = await listItems(mailbox);
    const outcomes = await mailbox.settle(settleOrders(named(items, 'one')), never);
    expect(outcomes).toEqual([{ ok: true, location: null }]);
    expect(await subjects(user)).toEqual(['two', 'marked by a colleague']);
  });

  it('leaves what was delivered where it is', async () => {
    const user = await userWith('one');
    const mailbox = source(user, { kind: 'leave' });
    const [one] = await listItems(mailbox);
    const outcomes = await mailbox.settle(settleOrders([one!]), never);
    expect(outcomes).toEqual([{ ok: true, location: one!.location }]);
    expect(await dovecot().folder(user)).toMatchObject([{ flags: [], keywords: [] }]);
  });

  it('treats the rejected otherwise than the delivered', async () => {
    const user = await userWith('one', 'two');
    const mailbox = source(user, erase, { rejectedFate: { kind: 'move', folder: 'Écarté' } });
    const [one, two] = await listItems(mailbox);
    const orders = [...settleOrders([one!]), ...settleOrders([two!], 'rejected')];
    expect(await mailbox.settle(orders, never)).toMatchObject([{ ok: true }, { ok: true }]);
    expect(await subjects(user)).toEqual([]);
    expect(await subjects(user, 'Écarté')).toEqual(['two']);
  });

  it.each([
    ['move', move],
    ['erase', erase],
    ['mark', { kind: 'mark', seen: true, flagged: true, keyword: '' }],
  ] as const)('succeeds when asked twice to %s', async (_name, fate) => {
    const user = await userWith('one', 'two');
    const mailbox = source(user, fate);
    const orders = settleOrders(await listItems(mailbox));
    await mailbox.settle(orders.slice(0, 1), never);
    expect(await mailbox.settle(orders, never)).toMatchObject([{ ok: true }, { ok: true }]);
    expect(await subjects(user, 'Traité')).toEqual(fate.kind === 'move' ? ['one', 'two'] : []);
  });

  it('touches nothing in a folder that was renumbered', async () => {
    const user = await userWith('one');
    const orders = settleOrders(await listItems(source(user, erase)));
    await dovecot().resetUidValidity(user);
    const outcomes = await source(user, erase).settle(orders, never);
    expect(outcomes).toMatchObject([
      { ok: false, error: { kind: 'gone', code: 'imap.renumbered' } },
    ]);
    expect(await subjects(user)).toEqual(['one']);
  });

  it('settles a thousand mails in their order', async () => {
    const user = await userWith(...Array.from({ length: 1100 }, (_, i) => `n${i}`));
    const mailbox = source(user, move);
    const items = await listItems(mailbox);
    const outcomes = await mailbox.settle(settleOrders(items), never);
    expect(outcomes).toHaveLength(1100);
    expect(outcomes.every((outcome) => outcome.ok && outcome.location !== null)).toBe(true);
    expect(await subjects(user, 'Traité')).toHaveLength(1100);
  });

  it('reports a target that cannot be made, and keeps the mail', async () => {
    const user = await userWith('one');
    const mailbox = source(user, { kind: 'move', folder: 'INBOX/../x//y' });
    const outcomes = await mailbox.settle(settleOrders(await listItems(mailbox)), never);
    expect(outcomes).toMatchObject([{ ok: false, error: { kind: 'transient' } }]);
    expect(await subjects(user)).toEqual(['one']);
  });

  it('tells each durable step', async () => {
    const steps: string[] = [];
    const user = await userWith('one');
    const mailbox = source(user, move, { checkpoint: (step) => void steps.push(step) });
    await mailbox.settle(settleOrders(await listItems(mailbox)), never);
    expect(steps).toEqual(['imap.folderCreated', 'imap.moved']);
  });
});

describeWith(['dovecot', 'openssl'], 'a Dovecot without MOVE', () => {
  const dovecot = useServer(() => startDovecot({ withoutCapabilities: ['MOVE'] }));
  const { userWith, source, subjects } = tools(dovecot);

  it('copies and erases', async () => {
    const user = await userWith('one', 'two');
    const mailbox = source(user, move);
    const [one] = await listItems(mailbox);
    const outcomes = await mailbox.settle(settleOrders([one!]), never);
    expect(outcomes).toMatchObject([
      { ok: true, location: expect.stringContaining('Traité') as string },
    ]);
    expect(await subjects(user)).toEqual(['two']);
    expect(await subjects(user, 'Traité')).toEqual(['one']);
  });

  it('does not copy again what it had copied before it was cut', async () => {
    const user = await userWith('one');
    const cut = source(user, move, {
      checkpoint: (step) => {
        if (step === 'imap.flaggedDeleted') throw new Error('cut here');
      },
    });
    const orders = settleOrders(await listItems(cut));
    await cut.settle(orders, never);
    expect(await source(user, move).settle(orders, never)).toMatchObject([{ ok: true }]);
    expect(await subjects(user)).toEqual([]);
    expect(await subjects(user, 'Traité')).toEqual(['one']);
  });
});

describeWith(['dovecot', 'openssl'], 'a Dovecot without UIDPLUS', () => {
  const withoutCapabilities = ['UIDPLUS', 'MOVE'];
  const dovecot = useServer(() => startDovecot({ withoutCapabilities }));
  const { userWith, source, subjects } = tools(dovecot);

  it.each([
    ['erase', erase],
    ['move', move],
  ] as const)(
    'marks as deleted, expunges nothing and says so when asked to %s',
    async (_n, fate) => {
      const user = await userWith('one');
      const mailbox = source(user, fate);
      const orders = settleOrders(await listItems(mailbox));
      const expected = [{ ok: false, error: { kind: 'config', code: 'imap.noUidplus' } }];
      expect(await mailbox.settle(orders, never)).toMatchObject(expected);
      expect(await mailbox.settle(orders, never)).toMatchObject(expected);
      expect(await dovecot().folder(user)).toMatchObject([{ flags: ['\\Deleted'] }]);
      expect(await subjects(user, 'Traité')).toEqual(fate.kind === 'move' ? ['one'] : []);
    },
  );
});
