// @vitest-environment happy-dom
import { describe, expect, it, onTestFinished } from 'vitest';
import { createHttpBridge } from '../../../src-renderer/bridge/http-bridge.ts';
import { vanishedFile } from '../vanished-file.ts';
import { eventually } from '../../helpers/eventually.ts';

type Answer = () => Response;
const json = (body: unknown, status = 200): Response =>
  new Response(JSON.stringify(body), { status });
const key = 'k'.repeat(43);

function bridgeTo(answers: { call?: Answer; events?: Answer }) {
  const requests: { path: string; init: RequestInit }[] = [];
  const kept: string[] = [];
  const bridge = createHttpBridge({
    key,
    keepKey: (given) => kept.push(given),
    fetch: (path, init) => {
      requests.push({ path, init });
      const answer = path.endsWith('/call') ? answers.call : answers.events;
      return answer === undefined
        ? Promise.reject(new TypeError('no network'))
        : Promise.resolve(answer());
    },
  });
  onTestFinished(bridge.close);
  return { bridge, requests, kept };
}

const openStream = (text = ''): Response =>
  new Response(
    new ReadableStream({
      start: (controller) => {
        controller.enqueue(new TextEncoder().encode(`retry: 2000\n\n${text}`));
      },
    }),
  );

describe('the bridge over HTTP', () => {
  it('answers with the value, parsed by the contract', async () => {
    const { bridge, requests } = bridgeTo({
      call: () => json({ ok: true, value: { started: true } }),
      events: openStream,
    });

    const answer = await bridge.call('runs.start', { id: 'scanner' });

    expect(answer).toEqual({ started: true });
    const call = requests.find(({ path }) => path.endsWith('/call'));
    expect(new Headers(call?.init.headers).get('authorization')).toBe(`Bearer ${key}`);
  });

  it('says that a file cannot be read any more, and not that the program is gone', async () => {
    const { bridge } = bridgeTo({});

    const refused = bridge.upload(vanishedFile('scan.pdf'));
    const params = { path: 'scan.pdf' };
    await expect(refused).rejects.toMatchObject({ code: 'attachment.missing', params });

    const cut = bridge.upload(new File(['x'], 'scan.pdf'));
    await expect(cut).rejects.toMatchObject({ code: 'api.gone' });
  });

  it("throws the core's error with its code, parameters and field", async () => {
    const error = {
      kind: 'config',
      code: 'path.notAbsolute',
      params: { path: 'x' },
      field: 'source.path',
    };
    const { bridge } = bridgeTo({ call: () => json({ ok: false, error }), events: openStream });

    await expect(bridge.call('launchers.list', {})).rejects.toMatchObject(error);
  });

  it('refuses an answer that is not of the contract', async () => {
    const { bridge } = bridgeTo({
      call: () => json({ ok: true, value: { started: 'perhaps' } }),
      events: openStream,
    });

    const call = bridge.call('runs.start', { id: 'scanner' });

    await expect(call).rejects.toMatchObject({ code: 'api.badAnswer' });
  });

  it('says that the line is lost, and that it heals', async () => {
    const answers: { events?: Answer } = {};
    const { bridge } = bridgeTo(answers);
    await eventually(() => bridge.connection.value === 'lost');

    answers.events = openStream;
    bridge.reconnect();

    await eventually(() => bridge.connection.value === 'open');
  });

  it('asks for another key where the core refuses this one, and keeps it', async () => {
    const answers: { events?: Answer } = { events: () => json({}, 401) };
    const { bridge, kept, requests } = bridgeTo(answers);
    await eventually(() => bridge.connection.value === 'refused');

    answers.events = openStream;
    const other = 'n'.repeat(43);
    bridge.reconnect(`http://127.0.0.1:8787/#token=${other}`);

    await eventually(() => bridge.connection.value === 'open');
    expect(kept).toEqual([other]);
    expect(new Headers(requests.at(-1)?.init.headers).get('authorization')).toBe(`Bearer ${other}`);
  });

  it('tells listeners the events of the contract, and no others', async () => {
    const heard: unknown[] = [];
    const stream =
      'event: run.started\ndata: {"launcherId":"a"}\n\n: still here\n\nevent: x\ndata: {}\n\n';
    const { bridge } = bridgeTo({ events: () => openStream(stream) });

    bridge.on('run.started', (payload) => heard.push(payload));

    await eventually(() => heard.length > 0);
    expect(heard).toEqual([{ launcherId: 'a' }]);
  });
});
