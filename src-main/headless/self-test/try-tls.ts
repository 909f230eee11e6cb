// A whole TLS handshake within this process, with a shared key instead of certificates (RFC 4279), and a look at
// the system's authorities: without them no server could be trusted.
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { connect, createServer, getCACertificates, type TLSSocket } from 'node:tls';
import { ConfigError } from '../../core/errors.ts';

const CIPHERS = 'PSK+HIGH';

/** `protocol` that was agreed on, and the `count` of authorities of the system. */
export async function tryTls(signal: AbortSignal): Promise<{ protocol: string; count: number }> {
  const psk = randomBytes(32);
  const server = createServer({
    ciphers: CIPHERS,
    maxVersion: 'TLSv1.2',
    pskCallback: () => psk,
    pskIdentityHint: 'self-test',
  });
  let client: TLSSocket | undefined;
  try {
    server.listen(0, '127.0.0.1');
    await once(server, 'listening', { signal });
    const address = server.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    client = connect({
      port,
      host: '127.0.0.1',
      ciphers: CIPHERS,
      maxVersion: 'TLSv1.2',
      pskCallback: () => ({ psk, identity: 'self-test' }),
      // There is no certificate to check: the shared key stands for it.
      checkServerIdentity: () => undefined,
    });
    await once(client, 'secureConnect', { signal });
    return { protocol: client.getProtocol() ?? '', count: authorities() };
  } catch (cause) {
    throw new ConfigError('selfTest.tlsFailed', {}, { cause });
  } finally {
    client?.destroy();
    server.close();
  }
}

function authorities(): number {
  try {
    return getCACertificates('system').length;
  } catch {
    // No readable store: the authorities bundled with Node remain, and 0 is what there is to tell.
    return 0;
  }
}
