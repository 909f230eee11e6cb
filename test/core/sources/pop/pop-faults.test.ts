// The wire breaks at every stage of a run on a real Dovecot, and reads are cut everywhere: no hang, no loss, a reason, and what was
// handed over before stays handed over.
import { expect, it, onTestFinished } from 'vitest';
import { startDovecot } from '../../../servers/dovecot.ts';
import { startFaultProxy, type Cut, type Fault } from '../../../servers/fault-proxy.ts';
import { describeWith } from '../../../servers/required.ts';
import { useServer } from '../../../servers/use-server.ts';
import { makeMail } from '../../../helpers/make-mail.ts';
import { seededBytes } from '../../../helpers/seeded-bytes.ts';
import { fetchItems, listItems, never } from '../imap/imap-harness.ts';
import { popSource } from './pop-harness.ts';
import { outcomeOf } from '../../../helpers/outcome-of.ts';
import { settleOrders } from '../settle-orders.ts';

const CUTS: readonly Cut[] = ['reset', 'fin', 'stall'];
const content = (name: string) => seededBytes(90_000, name.length);

describeWith(['dovecot', 'openssl'], 'a wire that breaks under POP3', () => {
  const dovecot = useServer(() => startDovecot());

  const userWith = async (...names: string[]) => {
    const user = dovecot().freshUser();
    for (const name of names) {
      const attachments = [{ name: `${name}.bin`, content: content(name) }];
      await dovecot().deliver(user, makeMail({ subject: name, attachments }));
    }
    return user;
  };
  const behind = async (user: string, ...faults: Fault[]) => {
    const proxy = await startFaultProxy({ port: dovecot().ports.pop3, faults });
    onTestFinished(() => proxy.close());
    const timeouts = { connectSeconds: 2, answerSeconds: 2 };
    const fate = { kind: 'delete', afterDays: 0 } as const;
    return { proxy, source: popSource({ port: proxy.port, user, timeouts, fate }) };
  };
  const when = (pattern: string, how: Cut, more: object = {}) =>
    ({ kind: 'cutWhen', direction: 'toServer', pattern, how, ...more }) as Fault;

  const STAGES: readonly (readonly [string, (how: Cut) => Fault])[] = [
    ['greeting', (how) => ({ kind: 'cutAfter', direction: 'toClient', bytes: 0, how })],
    ['capabilities', (how) => when('CAPA', how)],
    ['name', (how) => when('USER', how)],
    ['password', (how) => when('PASS', how)],
    ['identities', (how) => when('UIDL', how)],
    ['sizes', (how) => when('LIST', how)],
  ];

  for (const how of CUTS) {
    it.each(STAGES)(
      `ends the listing with a passing error: ${how} at the %s`,
      async (_name, fault) => {
        const { source } = await behind(await userWith('one'), fault(how));
        expect(await outcomeOf(listItems(source))).toMatch(/^transient /);
      },
    );

    it(`keeps the mails that had come when the wire breaks in a mail: ${how}`, async () => {
      const user = await userWith('a', 'bb', 'ccc');
      const fault = when('Subject: ccc', how, { direction: 'toClient', moment: 'before' });
      const { source } = await behind(user, fault);
      const { contents, failures, error } = await fetchItems(source, await listItems(source));
      expect(error).toMatchObject({ kind: 'transient' });
      expect(failures.size).toBe(0);
      // A reset takes with it what had arrived but was not read.
      if (how !== 'reset') expect([...contents.keys()]).toEqual(['/a.bin', '/bb.bin']);
      for (const [name, bytes] of contents) {
        expect(bytes.equals(content(name.slice(1, -4)))).toBe(true);
      }
    });

    it(`takes nothing for removed when the answer to QUIT is lost: ${how}`, async () => {
      const user = await userWith('one');
      const { source, proxy } = await behind(user, when('QUIT', how, { moment: 'answerLost' }));
      const items = await listItems(source);
      const orders = settleOrders(items);
      expect(await source.settle(orders, never)).toMatchObject([
        { ok: false, error: { kind: 'transient' } },
      ]);
      // The server had removed it all the same; the next look finds that out.
      proxy.setFaults([]);
      expect(await source.settle(orders, never)).toEqual([{ ok: true, location: null }]);
    });

    it(`removes nothing when the wire breaks before QUIT: ${how}`, async () => {
      const user = await userWith('one');
      const { source } = await behind(user, when('QUIT', how, { moment: 'before' }));
      const orders = settleOrders(await listItems(source));
      expect(await source.settle(orders, never)).toMatchObject([{ ok: false }]);
      expect(await dovecot().folder(user)).toHaveLength(1);
    });
  }

  it.each([1, 2, 3, 7])('reads the same in pieces of %i bytes', async (bytes) => {
    const dotted = '.leading dot\r\n..two\r\n.\r\nTotal 12\r\n.';
    const attachments = [{ name: 'd.txt', content: dotted, encoding: '8bit' as const }];
    const user = dovecot().freshUser();
    await dovecot().deliver(user, makeMail({ subject: 'dots', attachments }));
    const { source } = await behind(user, { kind: 'pieces', direction: 'toClient', bytes });
    const { contents } = await fetchItems(source, await listItems(source));
    expect(contents.get('/d.txt')?.toString()).toBe(dotted);
  });

  it('stops at once when it is told to', async () => {
    const { source } = await behind(await userWith('one'), when('UIDL', 'stall'));
    const stop = new AbortController();
    const listing = outcomeOf(listItems(source, {}, stop.signal));
    stop.abort();
    expect(await listing).toBe('cancelled run.cancelled');
  });
});
