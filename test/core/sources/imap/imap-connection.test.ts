// The ways to reach a server and to sign in, on a real Dovecot.
import { expect, it } from 'vitest';
import { startDovecot } from '../../../servers/dovecot.ts';
import { startFaultProxy } from '../../../servers/fault-proxy.ts';
import { describeWith } from '../../../servers/required.ts';
import { useServer } from '../../../servers/use-server.ts';
import { eventually } from '../../../helpers/eventually.ts';
import { makeMail } from '../../../helpers/make-mail.ts';
import { memoryLogger } from '../../../helpers/memory-logger.ts';
import { imapSource, listItems } from './imap-harness.ts';
import { outcomeOf } from '../../../helpers/outcome-of.ts';

const MAIL = makeMail({ subject: 'Bonjour', attachments: [{ name: 'a.pdf', content: 'pdf' }] });

describeWith(['dovecot', 'openssl'], 'a Dovecot with a certificate of a private authority', () => {
  const dovecot = useServer(() => startDovecot());
  const user = async () => {
    const name = dovecot().freshUser();
    await dovecot().deliver(name, MAIL);
    return name;
  };

  it.each([
    ['implicit TLS', 'implicit', 'imaps'],
    ['STARTTLS', 'starttls', 'imap'],
  ] as const)('reads mail over %s when the authority is trusted', async (_name, tls, port) => {
    const { ports, caPem } = dovecot();
    const trust = { caPem };
    const source = imapSource({ port: ports[port], tls, trust, user: await user() });
    expect(await listItems(source)).toMatchObject([{ title: 'Bonjour' }]);
  });

  it.each([
    ['implicit', 'imaps'],
    ['starttls', 'imap'],
  ] as const)('accepts the pinned certificate alone over %s TLS', async (tls, port) => {
    const { ports, certificate } = dovecot();
    const trust = { fingerprint: certificate.fingerprint };
    const source = imapSource({ port: ports[port], tls, trust, user: await user() });
    expect(await listItems(source)).toHaveLength(1);
  });

  it('refuses any other certificate than the pinned one', async () => {
    const trust = { fingerprint: 'ab'.repeat(32), caPem: dovecot().caPem };
    const source = imapSource({ port: dovecot().ports.imaps, tls: 'implicit', trust });
    expect(await outcomeOf(listItems(source))).toBe('config tls.pinMismatch');
  });

  it.each([
    ['implicit', 'imaps'],
    ['starttls', 'imap'],
  ] as const)('names the unknown authority over %s TLS', async (tls, port) => {
    const source = imapSource({ port: dovecot().ports[port], tls });
    await expect(listItems(source)).rejects.toMatchObject({
      code: 'tls.unknownAuthority',
      params: { issuer: 'Lanceur COLD test authority' },
    });
  });

  it('checks the name of the certificate against the server name of the configuration', async () => {
    const { ports, caPem } = dovecot();
    const trust = { caPem, serverName: 'mail.example.org' };
    const source = imapSource({ port: ports.imaps, tls: 'implicit', trust });
    await expect(listItems(source)).rejects.toMatchObject({
      code: 'tls.wrongName',
      params: { expected: 'mail.example.org', got: 'localhost, 127.0.0.1' },
    });
  });

  it('says that a private authority cannot be read', async () => {
    const trust = { caPem: '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----' };
    const source = imapSource({ port: dovecot().ports.imaps, tls: 'implicit', trust });
    expect(await outcomeOf(listItems(source))).toBe('config tls.badAuthority');
  });

  it('says that the port speaks no TLS', async () => {
    const source = imapSource({ port: dovecot().ports.imap, tls: 'implicit' });
    expect(await outcomeOf(listItems(source))).toBe('config tls.notTls');
  });

  it('says that no greeting came when a TLS port is spoken to in clear', async () => {
    const timeouts = { connectSeconds: 2 };
    const source = imapSource({ port: dovecot().ports.imaps, tls: 'none', timeouts });
    expect(await outcomeOf(listItems(source))).toBe('transient imap.noGreeting');
  });

  it('asks nothing but what it needs to see that nothing is new', async () => {
    const name = await user();
    const proxy = await startFaultProxy({ port: dovecot().ports.imap });
    try {
      const first = imapSource({ port: proxy.port, user: name });
      await listItems(first);
      const cursor = first.cursor();
      await first.close();
      await eventually(() => proxy.openConnections() === 0);
      const before = proxy.seen('toServer').length;
      const second = imapSource({ port: proxy.port, user: name });
      expect(await listItems(second, { cursor, isKnown: () => true })).toEqual([]);
      await second.close();
      await eventually(() => proxy.openConnections() === 0);
      const commands = proxy.seen('toServer').subarray(before).toString('latin1');
      expect(commands.trim().split('\r\n')).toEqual([
        expect.stringMatching(/^\w+ AUTHENTICATE PLAIN \S+$/),
        expect.stringMatching(/^\w+ STATUS "INBOX" \(UIDNEXT UIDVALIDITY\)$/),
        expect.stringMatching(/^\w+ LOGOUT$/),
      ]);
    } finally {
      await proxy.close();
    }
  });

  it('logs no password', async () => {
    const logger = memoryLogger();
    const source = imapSource({ port: dovecot().ports.imap, user: await user(), logger });
    await listItems(source);
    expect(logger.text()).not.toContain('secret');
  });
});

describeWith(['dovecot', 'openssl'], 'a Dovecot with something wrong', () => {
  it.each([
    ['expired', 'config tls.expired'],
    ['selfSigned', 'config tls.selfSigned'],
    ['wrongHost', 'config tls.wrongName'],
  ] as const)('says what is wrong with a certificate: %s', async (certificate, expected) => {
    const dovecot = await startDovecot({ certificate });
    try {
      const { ports, caPem } = dovecot;
      const source = imapSource({ port: ports.imaps, tls: 'implicit', trust: { caPem } });
      expect(await outcomeOf(listItems(source))).toBe(expected);
    } finally {
      await dovecot.stop();
    }
  });

  it('never sends the password in clear when STARTTLS is wanted but not offered', async () => {
    const dovecot = await startDovecot({ startTls: false });
    const proxy = await startFaultProxy({ port: dovecot.ports.imap });
    try {
      const source = imapSource({ port: proxy.port, tls: 'starttls' });
      expect(await outcomeOf(listItems(source))).toBe('config starttls.notOffered');
      expect(proxy.seen('toServer').toString()).not.toMatch(/AUTHENTICATE|LOGIN /i);
    } finally {
      await proxy.close();
      await dovecot.stop();
    }
  });

  it('tells a wrong password from a right one', async () => {
    const dovecot = await startDovecot({ users: { jean: 'right "one"' } });
    try {
      const port = dovecot.ports.imap;
      const wrong = imapSource({ port, user: 'jean', secret: 'wrong' });
      expect(await outcomeOf(listItems(wrong))).toBe('auth imap.passwordRefused');
      const right = imapSource({ port, user: 'jean', secret: 'right "one"' });
      expect(await listItems(right)).toEqual([]);
    } finally {
      await dovecot.stop();
    }
  });

  it('signs in with a password that is not ASCII', async () => {
    const dovecot = await startDovecot({ users: { jean: 'pässwörd \\ €' } });
    try {
      const source = imapSource({
        ...{ port: dovecot.ports.imap, user: 'jean', secret: 'pässwörd \\ €' },
      });
      expect(await listItems(source)).toEqual([]);
    } finally {
      await dovecot.stop();
    }
  });

  it('signs in with an access token, and says when it is refused', async () => {
    const dovecot = await startDovecot({ tokens: { 'ya29.good': 'jean' } });
    try {
      const common = { port: dovecot.ports.imap, user: 'jean', method: 'token' } as const;
      expect(await listItems(imapSource({ ...common, secret: 'ya29.good' }))).toEqual([]);
      const stale = imapSource({ ...common, secret: 'ya29.stale' });
      expect(await outcomeOf(listItems(stale))).toBe('auth imap.tokenRefused');
    } finally {
      await dovecot.stop();
    }
  });
});
