import { createServer } from 'node:http';
import { describe, expect, it } from 'vitest';
import { LauncherId } from '#contract/ids';
import { CancelledError } from '#core/errors';
import { listen } from '../../src-main/core/loopback/listen.ts';
import { eventually } from '../helpers/eventually.ts';
import { fakeClock } from '../helpers/fake-clock.ts';
import { fakeCore } from './fake-core.ts';
import { rawConnection, readToEnd } from './raw-http.ts';
import { serving, TOKEN } from './serving.ts';

const launcherId = LauncherId.parse('scan');
const bearer = { Authorization: `Bearer ${TOKEN}` };

/** A call that ends only when it is told to stop. */
function endlessCore() {
  let stopped = 0;
  const core = fakeCore({
    'jobs.list': (_, signal) =>
      new Promise((_resolve, reject) => {
        signal.addEventListener('abort', () => {
          stopped += 1;
          reject(new CancelledError());
        });
      }),
  });
  return { core, stopped: () => stopped };
}

const post = (url: string, signal?: AbortSignal): Promise<Response> =>
  fetch(`${url}/api/call`, {
    method: 'POST',
    headers: { ...bearer, 'Content-Type': 'application/json' },
    body: JSON.stringify({ name: 'jobs.list', input: {} }),
    ...(signal === undefined ? {} : { signal }),
  });

describe('the events of the loopback API', () => {
  it('reach whoever listens with the token', async () => {
    const { url, core } = await serving();
    const response = await fetch(`${url}/api/events`, { headers: bearer });
    const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader();

    core.emit('run.started', { launcherId });
    let text = '';
    while (!text.includes('data:')) text += (await reader.read()).value ?? '';
    await reader.cancel();

    expect(response.headers.get('content-type')).toBe('text/event-stream; charset=utf-8');
    expect(text).toContain('event: run.started\ndata: {"launcherId":"scan"}\n\n');
  });

  it('are refused without the token', async () => {
    const { url } = await serving();

    expect((await fetch(`${url}/api/events`)).status).toBe(401);
  });

  it('carry a heartbeat while nothing happens', async () => {
    const clock = fakeClock();
    const { url } = await serving(fakeCore(), { clock });
    const response = await fetch(`${url}/api/events`, { headers: bearer });
    const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader();

    await clock.advance(15_000);
    let text = '';
    while (!text.includes('still here')) text += (await reader.read()).value ?? '';
    await reader.cancel();

    expect(text).toContain(':');
  });

  it('end with the server, which then listens to the core no more', async () => {
    const { url, api, core } = await serving();
    const response = await fetch(`${url}/api/events`, { headers: bearer });

    await api.close();

    await expect(response.text()).resolves.toContain('retry:');
    expect(core.listeners()).toBe(0);
  });
});

describe('a call under way', () => {
  it('is told to stop when its client leaves', async () => {
    const { core, stopped } = endlessCore();
    const { url } = await serving(core);
    const leaving = new AbortController();
    const answer = post(url, leaving.signal);
    await eventually(() => core.asked.length === 1);

    leaving.abort();

    await expect(answer).rejects.toThrow();
    await eventually(() => stopped() === 1);
  });

  it('is told to stop when the server closes, and still gets its answer', async () => {
    const { core } = endlessCore();
    const { url, api } = await serving(core);
    const answer = post(url);
    await eventually(() => core.asked.length === 1);

    await api.close();

    await expect((await answer).json()).resolves.toMatchObject({ error: { kind: 'cancelled' } });
  });

  it('that does not heed the end is cut off after the grace time', async () => {
    const clock = fakeClock();
    const core = fakeCore({ 'jobs.list': () => new Promise(() => undefined) });
    const { url, api } = await serving(core, { clock });
    const answer = post(url);
    answer.catch(() => undefined);
    await eventually(() => core.asked.length === 1);

    const closed = api.close();
    await clock.advance(5_000);
    await closed;

    await expect(answer).rejects.toThrow();
  });
});

describe('a client that takes its time', () => {
  it('is cut off when its headers do not come to an end', async () => {
    const { port } = await serving(fakeCore(), { limits: { headersMs: 50, requestMs: 100 } });
    const socket = await rawConnection(port);
    const received = readToEnd(socket);

    socket.write(`POST /api/call HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\n`);

    await expect(received).resolves.toMatch(/^HTTP\/1\.1 408 /);
  });

  it('is cut off when its body does not come to an end', async () => {
    const { port, core } = await serving(fakeCore(), {
      limits: { headersMs: 50, requestMs: 100 },
    });
    const socket = await rawConnection(port);
    const received = readToEnd(socket);

    socket.write(
      `POST /api/call HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nAuthorization: Bearer ${TOKEN}\r\n` +
        'Content-Type: application/json\r\nContent-Length: 100\r\n\r\n{',
    );

    await expect(received).resolves.not.toContain('200 OK');
    expect(core.asked).toEqual([]);
  });
});

describe('the port', () => {
  it('that is taken is a configuration error that names it', async () => {
    const { port } = await serving();
    const server = createServer();

    const opening = listen(server, port);

    await expect(opening).rejects.toMatchObject({ code: 'api.portTaken', params: { port } });
  });
});
