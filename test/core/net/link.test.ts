// Connections and whom they trust, against TLS servers of our own.
import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { createServer as createTlsServer, type TlsOptions } from 'node:tls';
import { beforeAll, expect, it, onTestFinished } from 'vitest';
import { TlsTrust } from '#contract/model/connection';
import { AppError } from '#core/errors';
import { openLink, type Link, type LinkStage } from '#core/net/link';
import { networkError } from '#core/net/net-errors';
import { certificateError, commonName } from '#core/net/tls-errors';
import { createTlsAuthorities } from '#core/net/tls-trust';
import { testCertificates, type TestCertificates } from '../../servers/certificates.ts';
import { seededBytes } from '../../helpers/seeded-bytes.ts';

const authorities = createTlsAuthorities();
let certificates: TestCertificates;
beforeAll(async () => {
  certificates = await testCertificates();
});

async function tlsServer(options: TlsOptions, greeting: string | Buffer = 'hello') {
  const server = createTlsServer(options, (socket) => {
    socket.on('error', () => undefined);
    socket.write(greeting);
  });
  server.on('tlsClientError', () => undefined);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  return (server.address() as AddressInfo).port;
}

/** What the first bytes were, or the code of the failure; and the stages passed. */
async function dial(port: number, trust: Partial<TlsTrust> | null, host = '127.0.0.1') {
  const stages: LinkStage[] = [];
  const given = TlsTrust.parse(trust ?? {});
  const wish = trust && { trust: given, context: authorities.context(given) };
  return await new Promise<{ result: string; stages: LinkStage[]; link: Link }>((resolve) => {
    const link = openLink({ host, port }, wish, {
      onStage: (stage) => void stages.push(stage),
      onReady: () => undefined,
      onBytes: (chunk) => {
        link.socket.destroy();
        resolve({ result: chunk.toString(), stages, link });
      },
      onGone: (error) => {
        const code = networkError(error, { host, port })?.code ?? 'ended';
        resolve({ result: code, stages, link });
      },
    });
  });
}

const keyAndCert = ({ keyPem, certPem }: TestCertificates['good']) => ({
  key: keyPem,
  cert: certPem,
});

it('trusts a private authority beside those of the system', async () => {
  const port = await tlsServer(keyAndCert(certificates.good));
  const { result, stages, link } = await dial(port, { caPem: certificates.caPem }, 'localhost');
  expect(result).toBe('hello');
  expect(stages).toEqual(['resolved', 'connected', 'secured']);
  expect(link.secured()?.certificate.fingerprint256).toBe(certificates.good.fingerprint);
});

it.each([
  ['good', '', 'tls.unknownAuthority'],
  ['expired', 'ca', 'tls.expired'],
  ['wrongHost', 'ca', 'tls.wrongName'],
  ['selfSigned', 'ca', 'tls.selfSigned'],
] as const)(
  'hands over no byte of a server whose certificate is not in order: %s',
  async (kind, ca, code) => {
    const port = await tlsServer(keyAndCert(certificates[kind]));
    const caPem = ca === '' ? '' : certificates.caPem;
    const { result, stages } = await dial(port, { caPem });
    expect(result).toBe(code);
    expect(stages).not.toContain('secured');
  },
);

it('accepts a self-signed certificate that was given as authority, or pinned', async () => {
  const port = await tlsServer(keyAndCert(certificates.selfSigned));
  const { certPem, fingerprint } = certificates.selfSigned;
  expect((await dial(port, { caPem: certPem })).result).toBe('hello');
  expect((await dial(port, { fingerprint })).result).toBe('hello');
});

it('accepts an expired or misnamed certificate when it is pinned', async () => {
  for (const kind of ['expired', 'wrongHost'] as const) {
    const port = await tlsServer(keyAndCert(certificates[kind]));
    const { fingerprint } = certificates[kind];
    expect((await dial(port, { fingerprint })).result).toBe('hello');
  }
});

it('refuses what is not pinned, though the authority would vouch for it', async () => {
  const port = await tlsServer(keyAndCert(certificates.good));
  const { fingerprint } = certificates.expired;
  const { result } = await dial(port, { fingerprint, caPem: certificates.caPem });
  expect(result).toBe('tls.pinMismatch');
});

it('refuses a server that speaks TLS 1.1 at most', async () => {
  const old = {
    minVersion: 'TLSv1',
    maxVersion: 'TLSv1.1',
    ciphers: 'DEFAULT@SECLEVEL=0',
  } as const;
  const port = await tlsServer({ ...keyAndCert(certificates.good), ...old });
  const { result } = await dial(port, { caPem: certificates.caPem });
  expect(result).toBe('tls.oldProtocol');
});

it.each([
  ['no certificate at all', 'nonsense'],
  ['one good and one broken block', 'broken'],
])('says that the private authority cannot be read: %s', (_name, kind) => {
  const broken = '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n';
  const caPem = kind === 'broken' ? certificates.caPem + broken : kind;
  expect(() => authorities.context(TlsTrust.parse({ caPem }))).toThrow('tls.badAuthority');
});

it('gives the same context for the same authority', () => {
  const trust = TlsTrust.parse({ caPem: certificates.caPem });
  expect(authorities.context(trust)).toBe(authorities.context({ ...trust }));
});

it.each([true, false])('keeps what comes while it is held, TLS: %s', async (isTls) => {
  const content = seededBytes(3_000_000, 'held');
  const clear = createServer((socket) => {
    socket.on('error', () => undefined);
    socket.end(content);
  });
  clear.listen(0, '127.0.0.1');
  await once(clear, 'listening');
  onTestFinished(() => void clear.close());
  const port = isTls
    ? await tlsServer(keyAndCert(certificates.good), content)
    : (clear.address() as AddressInfo).port;
  const trust = TlsTrust.parse({ caPem: certificates.caPem });
  const wish = isTls ? { trust, context: authorities.context(trust) } : null;
  const chunks: Buffer[] = [];
  let size = 0;
  await new Promise<void>((resolve, reject) => {
    let isHeld = false;
    const link = openLink({ host: '127.0.0.1', port }, wish, {
      onStage: () => undefined,
      onReady: () => undefined,
      onGone: (error) => {
        if (error instanceof Error) reject(error);
      },
      onBytes: (chunk) => {
        if (isHeld) reject(new Error('delivered while held'));
        chunks.push(Buffer.from(chunk));
        size += chunk.length;
        if (size === content.length) {
          link.socket.destroy();
          resolve();
        } else if (chunks.length % 3 === 0) {
          isHeld = true;
          link.hold();
          setImmediate(() => {
            isHeld = false;
            link.release();
          });
        }
      },
    });
  });
  expect(Buffer.concat(chunks).equals(content)).toBe(true);
});

it.each([
  ['ETIMEDOUT', 'transient net.timeout'],
  ['EAI_AGAIN', 'transient net.nameUnknown'],
  ['EPIPE', 'transient net.reset'],
  ['ENETUNREACH', 'transient net.unreachable'],
  ['ERR_SOCKET_BAD_PORT', 'config net.badPort'],
  ['EPROTO', 'config tls.handshake'],
])('knows %s', (code, expected) => {
  const error = networkError(Object.assign(new Error('x'), { code }), { host: 'h', port: 1 });
  expect(`${error?.kind} ${error?.code}`).toBe(expected);
});

it('says nothing about what is no failure of the network', () => {
  expect(networkError(new Error('x'), { host: 'h', port: 1 })).toBeNull();
  expect(networkError('text', { host: 'h', port: 1 })).toBeNull();
});

it('reads the name of an authority', () => {
  expect(commonName('C=FR\nO=Ville\nCN=Autorité')).toBe('Autorité');
  expect(commonName('C=FR\nO=Ville')).toBe('C=FR, O=Ville');
});

it('is an error with a form field, also without a certificate', () => {
  const error = certificateError('X', undefined, 'h');
  expect(error).toBeInstanceOf(AppError);
  expect(error).toMatchObject({ code: 'tls.noCertificate', field: 'trust' });
});
