// A real Dovecot: the ways to reach it and to sign in, and what a run does with its mailbox.
import { readdirSync } from 'node:fs';
import { expect, it } from 'vitest';
import { startDovecot } from '../../../servers/dovecot.ts';
import { describeWith } from '../../../servers/required.ts';
import { startStunnel } from '../../../servers/stunnel.ts';
import { useServer } from '../../../servers/use-server.ts';
import { makeMail } from '../../../helpers/make-mail.ts';
import { makePdf } from '../../../helpers/make-pdf.ts';
import { seededBytes } from '../../../helpers/seeded-bytes.ts';
import { fetchItems, listBatches, listItems, never } from '../imap/imap-harness.ts';
import { popSource } from './pop-harness.ts';
import { outcomeOf } from '../../../helpers/outcome-of.ts';
import { settleOrders } from '../settle-orders.ts';

const PDF = makePdf(5000, 1);
const MAIL = makeMail({ subject: 'Bonjour', attachments: [{ name: 'a.pdf', content: PDF }] });

describeWith(['dovecot', 'openssl'], 'a Dovecot with a certificate of a private authority', () => {
  const dovecot = useServer(() => startDovecot({ tokens: { 'good-token': 'token@example.org' } }));
  const user = async (...mails: (Buffer | string)[]) => {
    const name = dovecot().freshUser();
    for (const mail of mails.length > 0 ? mails : [MAIL]) await dovecot().deliver(name, mail);
    return name;
  };

  it.each([
    ['implicit TLS', 'implicit', 'pop3s'],
    ['STLS', 'starttls', 'pop3'],
    ['a clear connection on purpose', 'none', 'pop3'],
  ] as const)('delivers the attachment byte for byte over %s', async (_name, tls, port) => {
    const { ports, caPem } = dovecot();
    const source = popSource({ port: ports[port], tls, trust: { caPem }, user: await user() });
    const items = await listItems(source);
    const { contents, failures, error } = await fetchItems(source, items);
    expect([error, failures.size]).toEqual([undefined, 0]);
    expect(contents.get('/a.pdf')?.equals(PDF)).toBe(true);
  });

  it('delivers through a real stunnel', async () => {
    const tunnel = await startStunnel({ port: dovecot().ports.pop3s, caPem: dovecot().caPem });
    try {
      const source = popSource({ port: tunnel.port, user: await user() });
      const { contents } = await fetchItems(source, await listItems(source));
      expect(contents.get('/a.pdf')?.equals(PDF)).toBe(true);
    } finally {
      await tunnel.stop();
    }
  });

  it('names the unknown authority', async () => {
    const source = popSource({ port: dovecot().ports.pop3s, tls: 'implicit' });
    expect(await outcomeOf(listItems(source))).toBe('config tls.unknownAuthority');
  });

  it('says that the password is refused', async () => {
    const source = popSource({ port: dovecot().ports.pop3, secret: 'wrong' });
    expect(await outcomeOf(listItems(source))).toBe('auth pop.passwordRefused');
  });

  it('signs in with a token, short or long', async () => {
    const { caPem, ports, tokens } = dovecot();
    expect(tokens).toBeDefined();
    const base = { port: ports.pop3s, tls: 'implicit', trust: { caPem }, method: 'token' } as const;
    const source = popSource({ ...base, user: 'token@example.org', secret: 'good-token' });
    expect(await listItems(source)).toEqual([]);
    const long = popSource({ ...base, user: 'token@example.org', secret: 'x'.repeat(1500) });
    expect(await outcomeOf(listItems(long))).toBe('auth pop.tokenRefused');
  });

  it('asks for another token when the server refuses the one there is', async () => {
    const { caPem, ports } = dovecot();
    const credentials = { user: 'token@example.org', method: 'token' } as const;
    const source = popSource({
      ...{
        port: ports.pop3s,
        tls: 'implicit',
        trust: { caPem },
        secret: 'withdrawn',
        ...credentials,
      },
      renew: () => Promise.resolve({ ...credentials, secret: 'good-token' }),
    });
    expect(await listItems(source)).toEqual([]);
  });

  it('removes what is settled, and only that', async () => {
    const second = makeMail({ subject: 'Deux', attachments: [{ name: 'b.pdf', content: PDF }] });
    const name = await user(MAIL, second);
    const source = popSource({
      port: dovecot().ports.pop3,
      user: name,
      fate: { kind: 'delete', afterDays: 0 },
    });
    const [first] = await listItems(source);
    const orders = settleOrders(first ? [first] : []);
    expect(await source.settle(orders, never)).toEqual([{ ok: true, location: null }]);
    expect((await dovecot().folder(name)).map(({ raw }) => raw.includes('Subject: Deux'))).toEqual([
      true,
    ]);
    // Again, on another session: what is gone is settled.
    expect(await source.settle(orders, never)).toEqual([{ ok: true, location: null }]);
  });

  it('offers an identity that lasts, and counts what is known', async () => {
    const name = await user(MAIL, makeMail({ subject: 'Deux' }));
    const first = await listItems(popSource({ port: dovecot().ports.pop3, user: name }));
    const known = new Set(first.slice(0, 1).map(({ key }) => key));
    const again = popSource({ port: dovecot().ports.pop3, user: name });
    const batches = await listBatches(again, { isKnown: (key) => known.has(key) });
    expect(batches.map(({ knownCount }) => knownCount)).toEqual([1]);
    expect(batches[0]?.items.map(({ key }) => key)).toEqual(first.slice(1).map(({ key }) => key));
  });

  it('looks nothing up when the mailbox is as it was', async () => {
    const name = await user(MAIL, makeMail({ subject: 'Deux' }));
    const first = popSource({ port: dovecot().ports.pop3, user: name });
    await listItems(first);
    const cursor = first.cursor();
    const isKnown = (): boolean => {
      throw new Error('not needed');
    };
    const again = popSource({ port: dovecot().ports.pop3, user: name });
    const batches = await listBatches(again, { cursor, isKnown });
    expect(batches).toEqual([{ items: [], knownCount: 2 }]);
    await dovecot().deliver(name, makeMail({ subject: 'Trois' }));
    const later = popSource({ port: dovecot().ports.pop3, user: name });
    expect(await listItems(later, { cursor })).toHaveLength(3);
  });

  it('takes large mails through files of its spool, and leaves none behind', async () => {
    const content = seededBytes(30_000_000, 3);
    const large = makeMail({ subject: 'Grand', attachments: [{ name: 'grand.bin', content }] });
    const source = popSource({ port: dovecot().ports.pop3, user: await user(large) });
    const { contents } = await fetchItems(source, await listItems(source));
    expect(contents.get('/grand.bin')?.equals(content)).toBe(true);
    expect(readdirSync(`${source.dataDir}/spool`)).toEqual([]);
  });

  it('refuses a mail beyond the limit, whatever its announced size, and goes on', async () => {
    const large = makeMail({ attachments: [{ name: 'b.bin', content: seededBytes(300_000, 3) }] });
    const source = popSource({
      port: dovecot().ports.pop3,
      user: await user(large, MAIL),
      maxItemBytes: 100_000,
    });
    const { contents, failures } = await fetchItems(source, await listItems(source));
    expect([...failures.values()].map(({ code }) => code)).toEqual(['item.tooLarge']);
    expect([...contents.keys()]).toEqual(['/a.pdf']);
  });

  it('keeps a mail that the parser refuses as it came, and says where', async () => {
    const parts = Array.from({ length: 2100 }, () => '--b\r\n\r\nx\r\n').join('');
    const mail = `Subject: x\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n${parts}--b--\r\n`;
    const source = popSource({ port: dovecot().ports.pop3, user: await user(mail, MAIL) });
    const { contents, failures } = await fetchItems(source, await listItems(source));
    expect([...contents.keys()]).toEqual(['/a.pdf']);
    const [refusal] = failures.values();
    expect(refusal).toMatchObject({ kind: 'refused', code: 'mail.tooManyPartsKept' });
    expect(readdirSync(`${source.dataDir}/quarantine`)).toHaveLength(1);
  });

  it('checks step by step', async () => {
    const { ports, caPem } = dovecot();
    const source = popSource({
      port: ports.pop3,
      tls: 'starttls',
      trust: { caPem },
      user: await user(),
    });
    const steps = await source.check(never);
    expect(steps.map(({ step, ok }) => [step, ok])).toEqual([
      ['resolve', true],
      ['connect', true],
      ['startTls', true],
      ['signIn', true],
      ['openMailbox', true],
    ]);
    expect(steps[4]?.params).toEqual({ messages: 1 });
    expect(steps[2]?.params).toMatchObject({ protocol: 'TLSv1.3' });
  });
});
