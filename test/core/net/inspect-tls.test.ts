// Certificate problems told with all that belongs to them, and solved by trusting an authority or one certificate:
// whatever the look offers is tried, and must make the connection good.
import { once } from 'node:events';
import { createServer, type TLSSocket } from 'node:tls';
import type { AddressInfo } from 'node:net';
import { createServer as createTcpServer } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { TlsTrust } from '#contract/model/connection';
import { TlsQuestion } from '#contract/model/tls-inspection';
import { createSystemClock } from '#core/clock';
import { inspectTls } from '#core/net/inspect-tls';
import { createTlsAuthorities } from '#core/net/tls-trust';
import { type CertificateKind, testCertificates } from '../../servers/certificates.ts';
import { startDovecot } from '../../servers/dovecot.ts';
import { describeWith } from '../../servers/required.ts';
import { useServer } from '../../servers/use-server.ts';

const parts = { clock: createSystemClock(), authorities: createTlsAuthorities() };
const { signal } = new AbortController();

type Trust = Partial<ReturnType<typeof TlsTrust.parse>>;

const look = (port: number, trust: Trust = {}, given: object = {}) =>
  inspectTls(
    parts,
    TlsQuestion.parse({ server: { host: 'localhost', port, trust, ...given }, ...given }),
    signal,
  );

async function serverWith(kind: CertificateKind, more: object = {}): Promise<number> {
  const { certPem, keyPem } = (await testCertificates())[kind];
  const server = createServer({ cert: certPem, key: keyPem, ...more }, (socket: TLSSocket) => {
    socket.on('error', () => undefined);
  });
  server.on('tlsClientError', () => undefined);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  return (server.address() as AddressInfo).port;
}

describeWith(['openssl'], 'the look at a server’s certificates', () => {
  const caPem = async () => (await testCertificates()).caPem;

  it('finds nothing wrong where the authority is trusted', async () => {
    const found = await look(await serverWith('good'), { caPem: await caPem() });

    expect(found.problem).toBeNull();
    expect(found.protocol).toBe('TLSv1.3');
    expect(found.chain[0]).toMatchObject({
      subject: 'CN=good.example.org',
      issuer: 'CN=Lanceur COLD test authority',
      names: ['localhost', '127.0.0.1'],
      isAuthority: false,
      fingerprint: (await testCertificates()).good.fingerprint,
    });
    expect(found.remedies).toEqual({ authorityPem: '', fingerprint: '', serverName: '' });
  });

  it.each([
    ['expired', 'tls.expired', { since: '2024-02-01T00:00:00.000Z' }],
    ['notYetValid', 'tls.notYetValid', { from: '2040-01-01T00:00:00.000Z' }],
    ['wrongHost', 'tls.wrongName', { expected: 'localhost', got: 'mail.example.org' }],
  ] as const)('names what is wrong: %s', async (kind, code, params) => {
    const found = await look(await serverWith(kind), { caPem: await caPem() });

    expect(found.problem).toMatchObject({ kind: 'config', code, params });
    expect(found.chain[0]?.fingerprint).toBe((await testCertificates())[kind].fingerprint);
  });

  it('offers the name of the certificate where another was expected, and it helps', async () => {
    const port = await serverWith('wrongHost');
    const { remedies } = await look(port, { caPem: await caPem() });

    const again = await look(port, { caPem: await caPem(), serverName: remedies.serverName });

    expect(remedies.serverName).toBe('mail.example.org');
    expect(again.problem).toBeNull();
  });

  it.each([
    'good',
    'selfSigned',
    'expired',
    'notYetValid',
    'wrongHost',
    'missingIntermediate',
  ] as const)('offers to pin the certificate, and it helps: %s', async (kind) => {
    const port = await serverWith(kind);
    const { problem, remedies } = await look(port);
    expect(problem).not.toBeNull();

    const again = await look(port, TlsTrust.parse({ fingerprint: remedies.fingerprint }));

    expect(again.problem).toBeNull();
  });

  it('does not take another certificate for the pinned one', async () => {
    const { fingerprint } = (await testCertificates()).selfSigned;

    const found = await look(await serverWith('good'), TlsTrust.parse({ fingerprint }));

    const { good } = await testCertificates();
    expect(found.problem).toMatchObject({
      ...{ code: 'tls.pinMismatch', params: { expected: fingerprint, got: good.fingerprint } },
    });
  });

  it('shows the whole chain of an unknown authority, and trusting its top helps', async () => {
    const port = await serverWith('viaIntermediate');

    const { problem, chain, remedies } = await look(port);

    expect(problem).toMatchObject({
      code: 'tls.unknownAuthority',
      params: { issuer: 'intermediate.example.org' },
    });
    expect(chain.map((one) => one.subject)).toEqual([
      'CN=viaIntermediate.example.org',
      'CN=intermediate.example.org',
    ]);
    const again = await look(port, { caPem: remedies.authorityPem });
    expect(again.problem).toBeNull();
    expect(again.chain.length).toBeGreaterThan(1);
  });

  it('needs the authority in between where the server does not show it', async () => {
    const port = await serverWith('missingIntermediate');

    const withRoot = await look(port, { caPem: await caPem() });
    const { intermediatePem } = await testCertificates();
    const withBoth = await look(port, { caPem: intermediatePem });

    expect(withRoot.problem?.code).toBe('tls.unknownAuthority');
    expect(withRoot.remedies.authorityPem).toBe('');
    expect(withBoth.problem).toBeNull();
  });

  it('says that a certificate signed itself', async () => {
    const { problem } = await look(await serverWith('selfSigned'));

    expect(problem?.code).toBe('tls.selfSigned');
  });

  it('says that the server knows obsolete versions only', async () => {
    const old = { minVersion: 'TLSv1', maxVersion: 'TLSv1.1', ciphers: 'DEFAULT@SECLEVEL=0' };
    const found = await look(await serverWith('good', old), { caPem: await caPem() });

    expect(found.problem?.code).toBe('tls.oldProtocol');
    expect(found.chain).toEqual([]);
  });

  it('says that a server speaks no TLS on this port', async () => {
    const server = createTcpServer((socket) => {
      socket.on('error', () => undefined);
      socket.write('220 hello\r\n');
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    onTestFinished(() => void server.close());

    const found = await look((server.address() as AddressInfo).port);

    expect(found.problem?.code).toBe('tls.notTls');
  });
});

describe('a server that cannot be looked at', () => {
  it('is not there', async () => {
    await expect(look(1)).rejects.toMatchObject({ kind: 'transient', code: 'net.refused' });
  });

  it.each([null, 'imap'] as const)(
    'says nothing for as long as it was given: %s',
    async (startTls) => {
      const server = createTcpServer(() => undefined);
      server.listen(0, '127.0.0.1');
      await once(server, 'listening');
      onTestFinished(() => void server.close());
      const { port } = server.address() as AddressInfo;

      const looked = look(port, {}, { timeouts: { connectSeconds: 1 }, startTls });

      await expect(looked).rejects.toMatchObject({ kind: 'transient', code: 'net.timeout' });
    },
  );

  it.each(['imap', 'pop3', 'smtp'] as const)('does not offer STARTTLS: %s', async (startTls) => {
    const no = { imap: 'a NO no\r\n', pop3: '-ERR no\r\n', smtp: '502 no\r\n' }[startTls];
    const hello = { imap: '* OK hi\r\n', pop3: '+OK hi\r\n', smtp: '220-hi\r\n220 hi\r\n' }[
      startTls
    ];
    const server = createTcpServer((socket) => {
      socket.write(hello);
      socket.on('data', (chunk) => {
        socket.write(chunk.toString().startsWith('EHLO') ? '250-x\r\n250 SIZE\r\n' : no);
      });
      socket.on('error', () => undefined);
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    onTestFinished(() => void server.close());

    const looked = look((server.address() as AddressInfo).port, {}, { startTls });

    await expect(looked).rejects.toMatchObject({ code: 'starttls.notOffered' });
  });

  it('smuggles something in before TLS begins', async () => {
    const server = createTcpServer((socket) => {
      socket.write('+OK hi\r\n');
      socket.on('data', () => socket.write('+OK go\r\n+OK injected\r\n'));
      socket.on('error', () => undefined);
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    onTestFinished(() => void server.close());

    const looked = look((server.address() as AddressInfo).port, {}, { startTls: 'pop3' });

    await expect(looked).rejects.toMatchObject({ code: 'starttls.injected' });
  });
});

describeWith(['dovecot', 'openssl'], 'the look at a mail server', () => {
  const dovecot = useServer(() => startDovecot());

  it.each(['imap', 'pop3'] as const)('through STARTTLS: %s', async (startTls) => {
    const port = dovecot().ports[startTls];

    const found = await look(port, { caPem: dovecot().caPem }, { startTls });

    expect(found.problem).toBeNull();
    expect(found.chain[0]?.fingerprint).toBe(dovecot().certificate.fingerprint);
  });

  it('from the first byte', async () => {
    const found = await look(dovecot().ports.imaps, { caPem: dovecot().caPem });

    expect(found.problem).toBeNull();
  });
});
