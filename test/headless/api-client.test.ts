import { createServer } from 'node:http';
import { once } from 'node:events';
import { stat, writeFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { LauncherId } from '#contract/ids';
import { AuthError, CancelledError } from '#core/errors';
import { connectToHolder, createApiClient } from '../../src-main/headless/api-client.ts';
import { createToken, readToken } from '../../src-main/core/loopback/api-token.ts';
import { eventually } from '../helpers/eventually.ts';
import { tempDir } from '../helpers/temp-dir.ts';
import { fakeCore } from './fake-core.ts';
import { serving, TOKEN } from './serving.ts';

const launcherId = LauncherId.parse('scan');
const counts = {
  seen: 3,
  delivered: 2,
  known: 0,
  filtered: 1,
  deferred: 0,
  quarantined: 0,
  unrouted: 0,
  documents: 2,
  bytes: 100,
  settled: 0,
};

async function connected(core = fakeCore({ 'jobs.list': () => [] })) {
  const { url, api } = await serving(core);
  const client = createApiClient(url, TOKEN);
  onTestFinished(() => client.close());
  return { client, core, api };
}

/** A data folder whose note says that `url` answers for it. */
async function heldFolder(url: string) {
  const dir = await tempDir();
  const holder = { pid: process.pid, host: 'here', startedAt: '2026-01-05T08:00:00.000Z', url };
  await writeFile(join(dir, 'instance.json'), JSON.stringify(holder));
  return dir;
}

describe('a call through the loopback API', () => {
  it('answers as the core does', async () => {
    const { client } = await connected();

    await expect(client.call('jobs.list', {})).resolves.toEqual([]);
  });

  it('throws the error that the core threw', async () => {
    const core = fakeCore({
      'runs.runToEnd': () => {
        throw new AuthError('imap.passwordRefused', { text: 'no' });
      },
    });
    const { client } = await connected(core);

    await expect(client.call('runs.runToEnd', { id: launcherId })).rejects.toMatchObject({
      kind: 'auth',
      code: 'imap.passwordRefused',
      params: { text: 'no' },
    });
  });

  it('is cancelled on both sides when its signal aborts', async () => {
    let told = false;
    const core = fakeCore({
      'jobs.list': (_, signal) =>
        new Promise((_resolve, reject) => {
          signal.addEventListener('abort', () => {
            told = true;
            reject(new CancelledError());
          });
        }),
    });
    const { client } = await connected(core);
    const stopping = new AbortController();
    const answer = client.call('jobs.list', {}, { signal: stopping.signal });
    await eventually(() => core.asked.length === 1);

    stopping.abort();

    await expect(answer).rejects.toMatchObject({ kind: 'cancelled' });
    await eventually(() => told);
  });

  it('says that the other program is gone when it is', async () => {
    const { client, api } = await connected();
    await api.close();

    await expect(client.call('jobs.list', {})).rejects.toMatchObject({
      kind: 'transient',
      code: 'api.gone',
    });
  });

  it('brings the events of the core, until nobody listens any more', async () => {
    const { client, core } = await connected();
    const seen: unknown[] = [];
    const unsubscribe = client.on((name, payload) => seen.push([name, payload]));

    await eventually(() => {
      core.emit('run.progress', { launcherId, counts });
      return seen.length > 0;
    });
    unsubscribe();

    expect(seen[0]).toEqual(['run.progress', { launcherId, counts }]);
  });
});

describe('the hand-over to the program that holds the data folder', () => {
  it('finds the one that serves', async () => {
    const core = fakeCore({ 'jobs.list': () => [] });
    const { url } = await serving(core);
    const dir = await heldFolder(url);
    await writeFile(join(dir, 'api-token'), TOKEN);

    const session = await connectToHolder(dir);

    expect(session?.isRemote).toBe(true);
    await expect(session?.call('jobs.list', {})).resolves.toEqual([]);
  });

  it('never shows the token to a stranger on the port of a dead program', async () => {
    const heard: string[] = [];
    const stranger = createServer((request, response) => {
      heard.push(JSON.stringify(request.rawHeaders) + (request.url ?? ''));
      response.end(JSON.stringify({ ok: true, proof: '0'.repeat(64) }));
    });
    stranger.listen(0, '127.0.0.1');
    await once(stranger, 'listening');
    onTestFinished(() => void stranger.close());
    const { port } = stranger.address() as AddressInfo;
    const dir = await heldFolder(`http://127.0.0.1:${port}`);
    const token = await createToken(dir);

    const session = await connectToHolder(dir);

    expect(session).toBeUndefined();
    expect(heard).toHaveLength(1);
    expect(heard.join()).not.toContain(token);
  });

  it.each(['http://192.0.2.1:80', 'https://127.0.0.1:1', 'http://127.0.0.1:1@attacker.example'])(
    'follows no note that leads elsewhere: %s',
    async (url) => {
      const dir = await heldFolder(url);
      await createToken(dir);

      await expect(connectToHolder(dir)).resolves.toBeUndefined();
    },
  );

  it('does not happen when nobody answers', async () => {
    const { url, api } = await serving();
    await api.close();
    const dir = await heldFolder(url);
    await createToken(dir);

    await expect(connectToHolder(dir)).resolves.toBeUndefined();
  });
});

describe('the token', () => {
  it('is new at every start, long, and readable by its owner alone', async () => {
    const dir = await tempDir();
    const first = await createToken(dir);
    const second = await createToken(dir);

    expect(second).not.toBe(first);
    expect(Buffer.from(second, 'base64url')).toHaveLength(32);
    await expect(readToken(dir)).resolves.toBe(second);
    if (process.platform !== 'win32') {
      expect((await stat(join(dir, 'api-token'))).mode & 0o777).toBe(0o600);
    }
  });
});
