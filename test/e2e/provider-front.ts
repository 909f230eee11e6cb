// Providers under their own names: a server that speaks TLS as accounts.google.com and the like and hands on to stand-ins on
// this machine, and a proxy that leads the program to it. Nothing leaves the machine; the program runs as it is built.
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createServer, request as forward, type Server } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { type AddressInfo, connect } from 'node:net';
import { once } from 'node:events';
import { join } from 'node:path';
import { promisify } from 'node:util';

export type ProviderFront = {
  /** For the settings of the program. */
  readonly proxyUrl: string;
  /** For the program's process: whom to trust besides the usual authorities. */
  readonly env: Readonly<Record<string, string>>;
  /** For Chromium: where those names lie. */
  readonly browserArgs: readonly string[];
  readonly stop: () => Promise<void>;
};

/** `origins`: which stand-in answers for a host name. Keys go to `dir`. */
export async function startProviderFront(
  dir: string,
  origins: Readonly<Record<string, string>>,
): Promise<ProviderFront> {
  const names = Object.keys(origins);
  const files = await makeCertificate(dir, names);
  const front = createTlsServer(
    { key: readFileSync(files.key), cert: readFileSync(files.certificate) },
    (incoming, response) => {
      const host = (incoming.headers.host ?? '').split(':')[0] ?? '';
      const outgoing = forward(
        new URL(incoming.url ?? '/', origins[host] ?? 'http://127.0.0.1:9'),
        {
          method: incoming.method,
          headers: { ...incoming.headers, host, 'x-forwarded-proto': 'https' },
        },
        (answer) => {
          response.writeHead(answer.statusCode ?? 502, answer.headers);
          answer.pipe(response);
        },
      );
      outgoing.on('error', () => response.writeHead(502).end());
      incoming.pipe(outgoing);
    },
  );
  const port = await listen(front);
  const proxy = createServer();
  proxy.on('connect', (_asked, client, head) => {
    const server = connect(port, '127.0.0.1', () => {
      client.write('HTTP/1.1 200 Connection established\r\n\r\n');
      server.write(head);
      server.pipe(client).pipe(server);
    });
    for (const [one, other] of [
      [server, client],
      [client, server],
    ] as const) {
      one.on('error', () => other.destroy());
    }
  });
  const proxyPort = await listen(proxy);
  return {
    proxyUrl: `http://127.0.0.1:${proxyPort}`,
    env: { NODE_EXTRA_CA_CERTS: files.certificate },
    browserArgs: [
      `--host-resolver-rules=${names.map((name) => `MAP ${name}:443 127.0.0.1:${port}`).join(',')}`,
    ],
    stop: async () => {
      for (const server of [front, proxy]) {
        server.close();
        server.closeAllConnections();
      }
      await Promise.all([once(front, 'close'), once(proxy, 'close')]);
    },
  };
}

async function listen(server: Server): Promise<number> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

/** Signed by itself: the program is told to trust it. */
async function makeCertificate(dir: string, names: readonly string[]) {
  const files = { key: join(dir, 'front.key'), certificate: join(dir, 'front.pem') };
  await promisify(execFile)('openssl', [
    ...['req', '-x509', '-nodes', '-days', '30', '-subj', '/CN=front'],
    ...['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1'],
    ...['-addext', `subjectAltName=${names.map((name) => `DNS:${name}`).join(',')}`],
    ...['-keyout', files.key, '-out', files.certificate],
  ]);
  return files;
}
