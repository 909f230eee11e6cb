// The wire breaks at every stage of a run on a real Dovecot: no hang, no loss, a reason, and what was handed over
// before stays handed over.
import { expect, it, onTestFinished } from 'vitest';
import { startDovecot } from '../../../servers/dovecot.ts';
import { startFaultProxy, type Cut, type Fault } from '../../../servers/fault-proxy.ts';
import { describeWith } from '../../../servers/required.ts';
import { useServer } from '../../../servers/use-server.ts';
import { eventually } from '../../../helpers/eventually.ts';
import { makeMail } from '../../../helpers/make-mail.ts';
import { seededBytes } from '../../../helpers/seeded-bytes.ts';
import { fetchItems, imapSource, listItems, never } from './imap-harness.ts';
import { outcomeOf } from '../../../helpers/outcome-of.ts';
import { settleOrders } from '../settle-orders.ts';

const CUTS: readonly Cut[] = ['reset', 'fin', 'stall'];
const move = { kind: 'move', folder: 'Done' } as const;
const before = { moment: 'before' } as const;
const content = (name: string) => seededBytes(90_000, name);

describeWith(['dovecot', 'openssl'], 'a wire that breaks', () => {
  const dovecot = useServer(() => startDovecot());

  const userWith = async (...subjects: string[]) => {
    const user = dovecot().freshUser();
    for (const subject of subjects) {
      const attachments = [{ name: 'a.bin', content: content(subject) }];
      await dovecot().deliver(user, makeMail({ subject, attachments }));
    }
    return user;
  };
  const behind = async (user: string, ...faults: Fault[]) => {
    const proxy = await startFaultProxy({ port: dovecot().ports.imap, faults });
    onTestFinished(() => proxy.close());
    const timeouts = { connectSeconds: 2, answerSeconds: 2 };
    const source = imapSource({ port: proxy.port, user, timeouts, fate: move });
    return { proxy, source };
  };
  const when = (
    pattern: string,
    how: Cut,
    more: Partial<Extract<Fault, { kind: 'cutWhen' }>> = {},
  ) => ({ kind: 'cutWhen', direction: 'toServer', pattern, how, ...more }) as Fault;

  const STAGES: readonly (readonly [string, (how: Cut) => Fault])[] = [
    ['greeting', (how) => ({ kind: 'cutAfter', direction: 'toClient', bytes: 0, how })],
    ['sign-in', (how) => when('AUTHENTICATE', how)],
    ['opening the folder', (how) => when('SELECT', how)],
    ['listing', (how) => when('UID SEARCH', how)],
    ['structure', (how) => when('BODYSTRUCTURE', how)],
    [
      'answer in the middle',
      (how) => when('ENVELOPE (', how, { direction: 'toClient', ...before }),
    ],
  ];

  for (const how of CUTS) {
    it.each(STAGES)(`ends the listing with a passing error: ${how} at %s`, async (_name, fault) => {
      const { source } = await behind(await userWith('one'), fault(how));
      expect(await outcomeOf(listItems(source))).toMatch(/^transient /);
    });

    it(`keeps the mails that had come when the wire breaks in a literal: ${how}`, async () => {
      const subjects = ['one', 'two', 'three', 'four'];
      const user = await userWith(...subjects);
      const fault = when('UID 3 BODY[2]', how, { direction: 'toClient', ...before });
      const { source } = await behind(user, fault);
      const items = await listItems(source);
      const { done, contents, failures, error } = await fetchItems(source, items);
      expect(error).toMatchObject({ kind: 'transient' });
      // A reset takes with it what had arrived but was not read.
      expect(['one', 'two'].slice(0, how === 'reset' ? done.length : 2)).toEqual(done);
      expect(failures.size).toBe(0);
      for (const name of done) {
        expect(contents.get(`${name}/a.bin`)?.equals(content(name))).toBe(true);
      }
    });

    it(`settles on a new connection what the broken one could not: ${how}`, async () => {
      const user = await userWith('one', 'two');
      const { proxy, source } = await behind(user, when('UID MOVE', how, before));
      const orders = settleOrders(await listItems(source));
      expect(await source.settle(orders, never)).toMatchObject([
        { ok: false, error: { kind: 'transient' } },
        { ok: false, error: { kind: 'transient' } },
      ]);
      proxy.setFaults([]);
      expect(await source.settle(orders, never)).toMatchObject([{ ok: true }, { ok: true }]);
      expect(await dovecot().folder(user, 'Done')).toHaveLength(2);
    });
  }

  it('takes mails as settled whose move was carried out though its answer was lost', async () => {
    const user = await userWith('one');
    await dovecot().createFolder(user, 'Done');
    const fault = when('UID MOVE', 'reset', { moment: 'answerLost' });
    const { proxy, source } = await behind(user, fault);
    const orders = settleOrders(await listItems(source));
    expect(await source.settle(orders, never)).toMatchObject([{ ok: false }]);
    proxy.setFaults([]);
    expect(await source.settle(orders, never)).toEqual([{ ok: true, location: null }]);
    expect(await dovecot().folder(user, 'Done')).toHaveLength(1);
  });

  it('reads the same bytes when they come one at a time', async () => {
    const user = dovecot().freshUser();
    const small = seededBytes(2000, 'small');
    const attachments = [{ name: 'a.bin', content: small }];
    await dovecot().deliver(user, makeMail({ subject: 'one', attachments }));
    const { source } = await behind(user, { kind: 'pieces', direction: 'toClient', bytes: 1 });
    const { contents } = await fetchItems(source, await listItems(source));
    expect(contents.get('one/a.bin')?.equals(small)).toBe(true);
    const outcomes = await source.settle(settleOrders(await listItems(source)), never);
    expect(outcomes).toMatchObject([{ ok: true }]);
  });

  it.each([1, 7, 1000, 65_536])('reads the same bytes in pieces of %i', async (bytes) => {
    const user = await userWith(...(bytes === 1 ? [] : ['one', 'two']));
    const { source } = await behind(user, { kind: 'pieces', direction: 'toClient', bytes });
    const { done, contents } = await fetchItems(source, await listItems(source));
    for (const name of done) {
      expect(contents.get(`${name}/a.bin`)?.equals(content(name))).toBe(true);
    }
  });

  it.each([300, 500, 900, 2000, 100_000])(
    'ends with a passing error when garbage comes in after %i bytes',
    async (afterBytes) => {
      const user = await userWith('one', 'two', 'three');
      const { source } = await behind(user, {
        ...{ kind: 'inject', direction: 'toClient', afterBytes },
        content: Buffer.concat([Buffer.from('\r\n\0\xff(((', 'latin1'), seededBytes(500), CRLF]),
      });
      const run = async () => {
        const { error } = await fetchItems(source, await listItems(source));
        if (error instanceof Error) throw error;
      };
      // Inside a part the garbage takes the place of its bytes, and its end is told by what follows.
      expect(await outcomeOf(run())).toMatch(/^transient /);
    },
  );

  it('waits for a slow disk as long as it takes, though the server is told to be patient for two seconds', async () => {
    const user = await userWith('one', 'two');
    const { source } = await behind(user);
    const items = await listItems(source);
    let writes = 0;
    const onWrite = async () => {
      if (writes++ === 0) await new Promise((resolve) => setTimeout(resolve, 2_500));
    };
    const { done, error } = await fetchItems(source, items, { onWrite });
    expect(error).toBeUndefined();
    expect(done).toEqual(['one', 'two']);
  });

  it('stops at once in the middle of a part when the run is stopped', async () => {
    const { source } = await behind(await userWith('one', 'two', 'three'));
    const items = await listItems(source);
    const stop = new AbortController();
    const onWrite = () => {
      stop.abort();
      return undefined;
    };
    const { error } = await fetchItems(source, items, { onWrite, signal: stop.signal });
    expect(error).toMatchObject({ kind: 'cancelled' });
  });

  it('fails with the reason of the sink when that cannot write', async () => {
    const { source } = await behind(await userWith('one'));
    const onWrite = () => Promise.reject(new Error('no space left'));
    const { error, done } = await fetchItems(source, await listItems(source), { onWrite });
    expect(error).toMatchObject({ params: { message: 'no space left' } });
    expect(done).toEqual([]);
  });

  it('leaves no connection behind', async () => {
    const { proxy, source } = await behind(await userWith('one'));
    await listItems(source);
    await source.close();
    await eventually(() => proxy.openConnections() === 0);
    expect(proxy.connections()).toBe(1);
  });
});

const CRLF = Buffer.from('\r\n');
