// The proxy of the settings, obeyed by a core that runs schedules and by one that only answers a command.
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { eventually } from '../../helpers/eventually.ts';
import { makeCore } from '../../helpers/make-core.ts';
import { tempDir } from '../../helpers/temp-dir.ts';

/** Refuses every tunnel, and remembers where they were to go. */
async function startProxy() {
  const asked: (string | undefined)[] = [];
  const server = createServer();
  server.on('connect', ({ url }, socket) => {
    asked.push(url);
    socket.end('HTTP/1.1 502 Bad Gateway\r\n\r\n');
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  return { asked, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}

async function behindProxy() {
  const { asked, url } = await startProxy();
  const core = await makeCore({ dir: await tempDir() });
  const account = await core.call('accounts.save', {
    ...{ name: 'Accueil', user: 'accueil@mairie.example', method: 'token', secret: 'token' },
  });
  const { id } = await core.call('connectors.save', {
    name: 'Office 365',
    config: { type: 'office365', accountId: account.id },
  });
  await core.call('settings.save', { ...(await core.call('settings.get', {})), proxy: { url } });
  const check = async () => {
    asked.length = 0;
    const stopped = new AbortController();
    const checking = core.call('connectors.check', { id }, stopped.signal).catch(() => undefined);
    await eventually(() => asked.length > 0, { withinMs: 3000 }).catch(() => undefined);
    stopped.abort();
    await checking;
    return asked[0];
  };
  return { ...core, check };
}

describe('the proxy of the settings', () => {
  it('is obeyed at once, and by a core that no schedules run in', async () => {
    const { check, restart } = await behindProxy();
    expect(await check()).toBe('graph.microsoft.com:443');

    await restart();

    expect(await check()).toBe('graph.microsoft.com:443');
  });

  it('is obeyed by a core that serves', async () => {
    const { check, restart, serve } = await behindProxy();
    await restart();
    await serve();

    expect(await check()).toBe('graph.microsoft.com:443');
  });
});
