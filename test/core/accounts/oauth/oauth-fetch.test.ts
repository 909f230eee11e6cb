// The HTTP under OAuth2: over TLS that is checked, bounded in size, and honest about what failed.
import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo, Server } from 'node:net';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { expect, it, onTestFinished } from 'vitest';
import { readClaims } from '#core/accounts/claims';
import { createOauthFetch } from '#core/accounts/oauth/oauth-fetch';
import { createSystemClock } from '#core/clock';
import { testCertificates } from '../../../servers/certificates.ts';

const { signal } = new AbortController();
const clock = createSystemClock();
const options = { method: 'POST', headers: {}, body: 'a=b', redirect: 'manual' as const };

async function listening<S extends Server>(server: S): Promise<number> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  return (server.address() as AddressInfo).port;
}
const clear = async (listener: RequestListener) =>
  `http://127.0.0.1:${await listening(createServer(listener))}/token`;
const secure = async () => {
  const { good } = await testCertificates();
  const answer: RequestListener = (_, response) => void response.end('{}');
  const server = createTlsServer({ key: good.keyPem, cert: good.certPem }, answer);
  return `https://localhost:${await listening(server)}/token`;
};

it('says that a certificate is not accepted, and by what', async () => {
  const { fetch, exchange } = createOauthFetch({ signal, clock, takesIdentity: false });

  await expect(fetch(await secure(), options)).rejects.toMatchObject({
    kind: 'config',
    code: 'net.certificate',
    params: { host: 'localhost' },
  });
  expect(exchange()).toMatchObject({ status: null });
});

it('trusts what the process trusts, so that the authority of a proxy can be added to the system', async () => {
  const { caPem } = await testCertificates();
  const before = getCACertificates('default');
  setDefaultCACertificates([...before, caPem]);
  onTestFinished(() => {
    setDefaultCACertificates(before);
  });
  const { fetch, exchange } = createOauthFetch({ signal, clock, takesIdentity: false });

  await fetch(await secure(), options);

  expect(exchange()).toMatchObject({ status: 200, failure: null });
});

it('does not read an answer without end', async () => {
  const url = await clear((_, response) => {
    const block = Buffer.alloc(65_536, 'x');
    const more = () => {
      while (response.write(block));
    };
    response.on('drain', more);
    more();
  });
  const { fetch } = createOauthFetch({ signal, clock, takesIdentity: false });

  await expect(fetch(url, options)).rejects.toMatchObject({ code: 'signIn.unreadable' });
});

it('does not follow a redirection: a token goes where it was meant to go', async () => {
  const url = await clear((request, response) => {
    response.writeHead(request.url === '/token' ? 307 : 200, { location: '/elsewhere' }).end('{}');
  });
  const { fetch } = createOauthFetch({ signal, clock, takesIdentity: false });

  expect((await fetch(url, options)).status).toBe(307);
});

it('takes an identity token out where nobody could check it, and remembers who it names', async () => {
  const payload = Buffer.from('{"email":"a@b.example"}').toString('base64url');
  const url = await clear((_, response) => {
    response.end(JSON.stringify({ access_token: 't', id_token: `x.${payload}.y` }));
  });
  const { fetch, claims } = createOauthFetch({ signal, clock, takesIdentity: true });

  const answer: unknown = await (await fetch(url, options)).json();

  expect(answer).toEqual({ access_token: 't' });
  expect(claims()).toEqual({ email: 'a@b.example' });
});

it.each(['', 'abc', 'a.b.c', 'a.bnVsbA.c'])(
  'reads nothing from what is no identity token: %j',
  (text) => {
    expect(readClaims(text)).toEqual({});
  },
);
