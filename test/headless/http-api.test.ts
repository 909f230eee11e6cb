import { describe, expect, it } from 'vitest';
import { ConfigError } from '#core/errors';
import { fakeCore } from './fake-core.ts';
import { rawRequest, type RawAnswer } from './raw-http.ts';
import { serving, TOKEN } from './serving.ts';

type Knock = {
  readonly method?: string;
  readonly path?: string;
  /** In place of the right headers; null leaves one out. */
  readonly headers?: Readonly<Record<string, string | null>>;
  readonly body?: string;
};

const listing = () => fakeCore({ 'jobs.list': () => [] });
const CALL = JSON.stringify({ name: 'jobs.list', input: {} });

async function knock(port: number, given: Knock = {}): Promise<RawAnswer> {
  const { method = 'POST', path = '/api/call', body = CALL } = given;
  const headers: Record<string, string | null> = {
    Host: `127.0.0.1:${port}`,
    Authorization: `Bearer ${TOKEN}`,
    'Content-Type': 'application/json',
    'Content-Length': String(Buffer.byteLength(body)),
    Connection: 'close',
    ...given.headers,
  };
  const lines = Object.entries(headers).flatMap(([name, value]) =>
    value === null ? [] : [`${name}: ${value}`],
  );
  return rawRequest(port, [`${method} ${path} HTTP/1.1`, ...lines], body);
}

describe('the loopback API', () => {
  it('answers a call with the right token', async () => {
    const { port, core } = await serving(listing());

    const answer = await knock(port);

    expect(answer.status).toBe(200);
    expect(JSON.parse(answer.body)).toEqual({ ok: true, value: [] });
    expect(core.asked).toEqual([{ name: 'jobs.list', input: {} }]);
  });

  it('listens on the loopback address alone', async () => {
    const { url } = await serving();

    expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
  });

  it("hands the core's own errors on as a reply", async () => {
    const core = fakeCore({
      'jobs.list': () => {
        throw new ConfigError('job.missing', { id: 'x' }, { field: 'affiliations.0.jobId' });
      },
    });
    const { port } = await serving(core);

    const answer = await knock(port);

    expect(answer.status).toBe(200);
    expect(JSON.parse(answer.body)).toEqual({
      ok: false,
      error: {
        kind: 'config',
        code: 'job.missing',
        params: { id: 'x' },
        field: 'affiliations.0.jobId',
      },
    });
  });

  it('logs a bug and never sends its stack', async () => {
    const core = fakeCore({
      'jobs.list': () => {
        throw new TypeError('x is undefined');
      },
    });
    const { port, logger } = await serving(core);

    const answer = await knock(port);

    expect(JSON.parse(answer.body)).toMatchObject({ ok: false, error: { code: 'internal.bug' } });
    expect(answer.body).not.toContain('.ts');
    expect(logger.events('error')).toContain('internal.bug');
  });

  it('does not let out an answer that breaks the contract', async () => {
    const { port } = await serving(fakeCore({ 'jobs.list': () => [{ secret: 'x' }] }));

    const answer = await knock(port);

    expect(JSON.parse(answer.body)).toMatchObject({ ok: false, error: { kind: 'unexpected' } });
  });

  it('sends the headers that keep pages of other origins away', async () => {
    const { port } = await serving(listing());

    const { headers } = await knock(port);

    expect(headers).toMatchObject({
      'cache-control': 'no-store',
      'content-security-policy': expect.stringContaining("default-src 'none'") as string,
      'cross-origin-resource-policy': 'same-origin',
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'DENY',
    });
    expect(Object.keys(headers).filter((name) => name.includes('allow-origin'))).toEqual([]);
  });
});

describe('a request is refused', () => {
  it('with a sentence for people', async () => {
    const { port } = await serving();

    const answer = await knock(port, { method: 'GET', path: '/nowhere', body: '' });

    expect(JSON.parse(answer.body)).toMatchObject({
      message: expect.stringContaining("Il n'y a rien à cette adresse") as string,
    });
  });

  const wrongToken = 'x'.repeat(43);
  it.each<[string, Knock, number, string]>([
    ['without a token', { headers: { Authorization: null } }, 401, 'api.badToken'],
    [
      'with a wrong token',
      { headers: { Authorization: `Bearer ${wrongToken}` } },
      401,
      'api.badToken',
    ],
    [
      'with a part of the token',
      { headers: { Authorization: `Bearer ${TOKEN.slice(1)}` } },
      401,
      'api.badToken',
    ],
    [
      'with the token in another scheme',
      { headers: { Authorization: `Basic ${TOKEN}` } },
      401,
      'api.badToken',
    ],
    [
      'with the token in the address',
      { path: `/api/call?token=${TOKEN}`, headers: { Authorization: null } },
      401,
      'api.badToken',
    ],
    [
      'under a name that points here (DNS rebinding)',
      { headers: { Host: 'attacker.example' } },
      403,
      'api.badHost',
    ],
    [
      'under such a name with the right port',
      { headers: { Host: 'attacker.example:PORT' } },
      403,
      'api.badHost',
    ],
    ['under localhost with another port', { headers: { Host: 'localhost:1' } }, 403, 'api.badHost'],
    [
      'under a name that begins like ours',
      { headers: { Host: '127.0.0.1.attacker.example:PORT' } },
      403,
      'api.badHost',
    ],
    [
      'from another origin',
      { headers: { Origin: 'https://attacker.example' } },
      403,
      'api.badOrigin',
    ],
    [
      'from another port of this machine',
      { headers: { Origin: 'http://127.0.0.1:1' } },
      403,
      'api.badOrigin',
    ],
    ['from an origin that is hidden', { headers: { Origin: 'null' } }, 403, 'api.badOrigin'],
    [
      "from another site, by the browser's own word",
      { headers: { 'Sec-Fetch-Site': 'cross-site' } },
      403,
      'api.badOrigin',
    ],
    [
      'as a CORS preflight',
      { method: 'OPTIONS', headers: { Authorization: null } },
      405,
      'api.badMethod',
    ],
    ['with another method', { method: 'GET' }, 405, 'api.badMethod'],
    ['at another address', { path: '/' }, 404, 'api.notFound'],
    ['at an address that hides a way up', { path: '/api/../api/call' }, 404, 'api.notFound'],
    ['at the name of an inherited property', { path: '/constructor' }, 404, 'api.notFound'],
    [
      'as plain text, which any page may send',
      { headers: { 'Content-Type': 'text/plain' } },
      415,
      'api.badType',
    ],
    [
      'as a form',
      { headers: { 'Content-Type': 'application/x-www-form-urlencoded' } },
      415,
      'api.badType',
    ],
    ['without a type', { headers: { 'Content-Type': null } }, 415, 'api.badType'],
    ['with a body that is no JSON', { body: '{"name":' }, 400, 'api.badJson'],
    [
      'that announces a body too large',
      { headers: { 'Content-Length': '999999999' } },
      413,
      'api.tooLarge',
    ],
  ])('%s', async (_, given, status, code) => {
    const { port, core } = await serving(listing());
    const headers: Record<string, string | null> = {};
    for (const [name, value] of Object.entries(given.headers ?? {})) {
      headers[name] = value?.replace('PORT', String(port)) ?? null;
    }

    const answer = await knock(port, { ...given, headers });

    expect(answer.status).toBe(status);
    expect(JSON.parse(answer.body)).toMatchObject({ ok: false, error: { code } });
    expect(core.asked).toEqual([]);
  });

  it('with two Host headers', async () => {
    const { port, core } = await serving(listing());
    const lines = ['POST /api/call HTTP/1.1', `Host: 127.0.0.1:${port}`, 'Host: attacker.example'];

    const answer = await rawRequest(port, [...lines, `Authorization: Bearer ${TOKEN}`]);

    expect([400, 403]).toContain(answer.status);
    expect(core.asked).toEqual([]);
  });

  it('whose body turns out too large on the way', async () => {
    const { port, core } = await serving(listing(), { limits: { bodyBytes: 1000 } });
    const body = `7d0\r\n${' '.repeat(2000)}\r\n0\r\n\r\n`;
    const chunked = { 'Content-Length': null, 'Transfer-Encoding': 'chunked' };

    const answer = await knock(port, { headers: chunked, body });

    expect(answer.status).toBe(413);
    expect(core.asked).toEqual([]);
  });

  it('whose body is JSON of another shape', async () => {
    const { port, core } = await serving(listing());

    for (const body of ['null', '[]', '"jobs.list"', '{"name":1}']) {
      const answer = await knock(port, { body });
      expect(JSON.parse(answer.body)).toMatchObject({ error: { code: 'api.badRequest' } });
    }
    expect(core.asked).toEqual([]);
  });
});

describe('a request is let in', () => {
  it.each([
    ['under localhost', { Host: 'localhost:PORT' }],
    ['from its own page', { Origin: 'http://127.0.0.1:PORT', 'Sec-Fetch-Site': 'same-origin' }],
    ['with a charset named', { 'Content-Type': 'application/json; charset=utf-8' }],
  ])('%s', async (_, headers: Readonly<Record<string, string>>) => {
    const { port } = await serving(listing());
    const own: Record<string, string> = {};
    for (const [name, value] of Object.entries(headers)) {
      own[name] = value.replace('PORT', String(port));
    }

    const answer = await knock(port, { headers: own });

    expect(answer.status).toBe(200);
  });

  it('for its health without a token, which tells nothing but that it is there', async () => {
    const { port } = await serving();

    const answer = await knock(port, {
      method: 'GET',
      path: '/api/health',
      body: '',
      headers: { Authorization: null },
    });

    expect(JSON.parse(answer.body)).toEqual({ ok: true });
  });
});
