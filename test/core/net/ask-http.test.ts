// Our own HTTP client: whole bodies or an error, nothing read that nobody wants, by the proxy that is set.
import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo, Server } from 'node:net';
import { gzipSync } from 'node:zlib';
import { expect, it, onTestFinished } from 'vitest';
import { askHttp } from '#core/net/ask-http';
import { httpError } from '#core/net/http-errors';
import { createProxySwitch } from '#core/net/proxy';
import { eventually } from '../../helpers/eventually.ts';

const never = new AbortController().signal;
const question = { method: 'GET', headers: {}, signal: never };

async function serving(listener: RequestListener): Promise<{ url: string; server: Server }> {
  const server = createServer(listener).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/a`, server };
}

const codeOf = (thrown: unknown) => httpError(thrown, 'http://host.test/').code;

it('unpacks what was asked for compressed', async () => {
  const { url } = await serving((request, response) => {
    response.setHeader('content-encoding', 'gzip');
    response.end(gzipSync(`{"accepts":"${request.headers['accept-encoding']}"}`));
  });

  const answer = await askHttp(url, { ...question, headers: { 'accept-encoding': 'gzip' } });

  expect(await answer.text()).toBe('{"accepts":"gzip"}');
});

it('hands over no document that somebody has compressed on the way', async () => {
  const { url } = await serving((_, response) => {
    response.setHeader('content-encoding', 'gzip');
    response.end(gzipSync('%PDF'));
  });
  const answer = await askHttp(url, question);

  const reading = answer.each(() => expect.unreachable());

  await expect(reading).rejects.toThrow('gzip');
});

it('says how long the body of a question is, also of an empty one', async () => {
  const lengths: unknown[] = [];
  const { url } = await serving((request, response) => {
    lengths.push([request.headers['content-length'], request.headers['transfer-encoding']]);
    request.resume().once('end', () => response.end());
  });

  for (const body of ['é', new Uint8Array(70_000)]) {
    await (await askHttp(url, { ...question, method: 'POST', body })).text();
  }
  await (await askHttp(url, { ...question, method: 'POST' })).text();

  expect(lengths).toEqual([
    ['2', undefined],
    ['70000', undefined],
    ['0', undefined],
  ]);
});

it('does not take the half of a body for the whole', async () => {
  const { url } = await serving((_, response) => {
    response.writeHead(200, { 'content-length': '100' });
    response.write('half', () => response.socket?.destroy());
  });
  const answer = await askHttp(url, question);

  expect(await answer.text().catch(codeOf)).toBe('net.reset');
});

it('reads on only when the receiver is ready', async () => {
  const block = Buffer.alloc(65_536);
  const { url } = await serving((_, response) => {
    response.writeHead(200, { 'content-length': String(block.length * 400) });
    for (let index = 0; index < 400; index += 1) response.write(block);
    response.end();
  });
  const answer = await askHttp(url, question);
  const gate = Promise.withResolvers<void>();
  let taken = 0;

  const reading = answer.each((chunk) => {
    taken += chunk.length;
    return taken === chunk.length ? gate.promise : undefined;
  });
  await new Promise((resolve) => setImmediate(resolve));
  const before = taken;
  gate.resolve();
  await reading;

  expect(before).toBeLessThanOrEqual(block.length);
  expect(taken).toBe(block.length * 400);
});

it('lets go of the connection when the receiver wants no more', async () => {
  let isClosed = false;
  const { url } = await serving((_, response) => {
    response.once('close', () => (isClosed = true));
    response.writeHead(200, { 'content-length': '1000000000' }).write('more');
  });
  const answer = await askHttp(url, question);

  const reading = answer.each(() => {
    throw new Error('enough');
  });

  await expect(reading).rejects.toThrow('enough');
  await eventually(() => isClosed);
});

it('ends at once when it is stopped, before the answer and within it', async () => {
  const { url } = await serving((request, response) => {
    if (request.url === '/b') return;
    response.writeHead(200, { 'content-length': '10' }).write('some');
  });
  const stop = new AbortController();
  const silent = askHttp(url.replace('/a', '/b'), { ...question, signal: stop.signal });
  const begun = await askHttp(url, { ...question, signal: stop.signal });
  const reading = begun.text();

  stop.abort();

  await expect(silent).rejects.toThrow();
  await expect(reading).rejects.toThrow();
});

it('keeps its connections', async () => {
  const ports = new Set<number | undefined>();
  const { url } = await serving((request, response) => {
    ports.add(request.socket.remotePort);
    response.end('x');
  });

  for (let round = 0; round < 5; round += 1) await (await askHttp(url, question)).text();

  expect(ports.size).toBe(1);
});

it('goes through the proxy that is set, and directly again without one', async () => {
  const seen: (string | undefined)[] = [];
  const { url } = await serving((request, response) => {
    seen.push(request.url);
    response.end('by the proxy');
  });
  const proxy = createProxySwitch();
  onTestFinished(proxy.reset);
  proxy.use({ url: new URL(url).origin, except: '' });

  const answer = await askHttp('http://graph.test/v1.0/me', question);
  expect(await answer.text()).toBe('by the proxy');
  expect(seen).toEqual(['http://graph.test/v1.0/me']);

  proxy.reset();
  expect(await askHttp('http://graph.invalid/', question).catch(codeOf)).toBe('net.nameUnknown');
});
