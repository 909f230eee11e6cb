import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { expect, it, onTestFinished } from 'vitest';
import { eventually } from '../helpers/eventually.ts';
import { imapClient } from '../helpers/imap-client.ts';
import { testCertificates } from './certificates.ts';
import { startFaultProxy, type FaultProxyOptions } from './fault-proxy.ts';
import { startLineServer } from './line-server.ts';
import { startScriptedImap } from './scripted-imap.ts';

it('passes everything on when there is no fault', async () => {
  const { client, proxy } = await throughProxy({});
  client.write('hello\r\n');
  expect(await eventually(() => client.heard() === 'you said hello\r\n')).toBe(true);
  expect(proxy.seen('toServer').toString()).toBe('hello\r\n');
  expect(proxy.connections()).toBe(1);
  client.socket.end();
  await eventually(() => proxy.openConnections() === 0);
});

it.each([
  ['reset', 'ECONNRESET'],
  ['fin', 'end'],
] as const)('cuts with %s after so many bytes', async (how, ending) => {
  const { client } = await throughProxy({
    faults: [{ kind: 'cutAfter', direction: 'toClient', bytes: 8, how }],
  });
  client.write('hello\r\n');
  expect(await eventually(client.ending)).toBe(ending);
  expect(client.heard()).toBe('you said');
});

it('falls silent on a stall without closing', async () => {
  const { client, heardByServer } = await throughProxy({
    faults: [{ kind: 'cutAfter', direction: 'toClient', bytes: 8, how: 'stall' }],
  });
  client.write('one\r\n');
  await eventually(() => client.heard() === 'you said');
  client.write('two\r\n');
  await proveNothingMoves(client.socket);
  expect(client.ending()).toBeUndefined();
  expect(heardByServer()).toEqual(['one']);
});

it('cuts before a pattern reaches the server', async () => {
  const { client, heardByServer } = await throughProxy({
    faults: [
      { kind: 'cutWhen', direction: 'toServer', pattern: 'quit', how: 'fin', moment: 'before' },
    ],
  });
  client.write('one\r\nQU');
  await eventually(() => client.heard() !== '');
  client.write('IT\r\n');
  await eventually(client.ending);
  expect(heardByServer()).toEqual(['one']);
});

it('loses the answer to what the server has carried out', async () => {
  const { client, heardByServer } = await throughProxy({
    faults: [
      {
        kind: 'cutWhen',
        direction: 'toServer',
        pattern: /^QUIT/m,
        how: 'reset',
        moment: 'answerLost',
      },
    ],
  });
  client.write('one\r\n');
  await eventually(() => client.heard() === 'you said one\r\n');
  client.write('QUIT\r\n');
  await eventually(client.ending);
  expect(heardByServer()).toEqual(['one', 'QUIT']);
  expect(client.heard()).toBe('you said one\r\n');
});

it('waits for the nth time of a pattern', async () => {
  const { client } = await throughProxy({
    faults: [{ kind: 'cutWhen', direction: 'toServer', pattern: 'FETCH', nth: 2, how: 'fin' }],
  });
  client.write('FETCH 1\r\n');
  await eventually(() => client.heard() === 'you said FETCH 1\r\n');
  client.write('FETCH 2\r\n');
  expect(await eventually(client.ending)).toBe('end');
});

it('sends one byte at a time', async () => {
  const { client } = await throughProxy({
    faults: [{ kind: 'pieces', direction: 'toClient', bytes: 1 }],
  });
  client.write('hello\r\n');
  await eventually(() => client.heard() === 'you said hello\r\n');
  expect(client.packets()).toBeGreaterThan(4);
});

it('delays both directions without changing the order', async () => {
  const { client } = await throughProxy({
    faults: [
      { kind: 'delay', direction: 'toServer', ms: 40 },
      { kind: 'delay', direction: 'toClient', ms: 40 },
    ],
  });
  const startedAt = performance.now();
  client.write('one\r\n');
  client.write('two\r\n');
  await eventually(() => client.heard() === 'you said one\r\nyou said two\r\n');
  expect(performance.now() - startedAt).toBeGreaterThanOrEqual(79);
});

it('puts bytes in at the chosen place', async () => {
  const { client } = await throughProxy({
    faults: [{ kind: 'inject', direction: 'toClient', afterBytes: 4, content: '(!) ' }],
  });
  client.write('hello\r\n');
  await eventually(() => client.heard() === 'you (!) said hello\r\n');
});

it('has faults for the first connection only, if asked', async () => {
  const { client, proxy } = await throughProxy({
    faults: (n) =>
      n === 1 ? [{ kind: 'cutAfter', direction: 'toServer', bytes: 0, how: 'reset' }] : [],
  });
  await eventually(client.ending);
  const second = listenTo(proxy.port);
  second.write('hello\r\n');
  await eventually(() => second.heard() === 'you said hello\r\n');
  expect(proxy.connections()).toBe(2);
});

it('sees patterns inside TLS, and resets under it', async () => {
  const certificates = await testCertificates();
  const imap = await startScriptedImap();
  const proxy = await startFaultProxy({
    ...{ port: imap.port, tls: certificates.good },
    faults: [{ kind: 'cutWhen', direction: 'toServer', pattern: 'NOOP', how: 'reset' }],
  });
  onTestFinished(async () => {
    await proxy.close();
    await imap.stop();
  });
  const tls = { ca: certificates.caPem };
  const client = await imapClient({ port: proxy.port, secure: true, tls });
  const failure = once(client, 'error');
  await client.noop(); // imapflow keeps the failure to itself
  expect((await failure)[0]).toMatchObject({ code: 'ECONNRESET' });
});

/** A server that repeats what it hears, the proxy before it, and a client. */
async function throughProxy(options: Omit<FaultProxyOptions, 'port'>) {
  const heard: string[] = [];
  const server = await startLineServer({
    serve: async (connection, input) => {
      for (let line = await input.line(); line !== undefined; line = await input.line()) {
        heard.push(line);
        connection.send(`you said ${line}\r\n`);
      }
    },
  });
  const proxy = await startFaultProxy({ port: server.port, ...options });
  onTestFinished(async () => {
    await proxy.close();
    await server.stop();
  });
  return { proxy, client: listenTo(proxy.port), heardByServer: () => heard };
}

function listenTo(port: number) {
  const socket = connect({ host: '127.0.0.1', port, noDelay: true });
  let text = '';
  let packets = 0;
  let ending: string | undefined;
  socket.on('data', (chunk: Buffer) => {
    text += chunk.toString();
    packets++;
  });
  socket.on('end', () => (ending ??= 'end'));
  socket.on('error', (error: NodeJS.ErrnoException) => (ending ??= error.code));
  return {
    socket,
    write: (data: string) => socket.write(data),
    heard: () => text,
    packets: () => packets,
    ending: () => ending,
  };
}

/** A round trip over another connection of this process: what was under way here would have arrived. */
async function proveNothingMoves(socket: Socket): Promise<void> {
  const { client } = await throughProxy({});
  client.write('ping\r\n');
  await eventually(() => client.heard() !== '');
  expect(socket.destroyed).toBe(false);
}
