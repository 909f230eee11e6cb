import { connect } from 'node:net';
import { expect, it, onTestFinished } from 'vitest';
import { eventually } from '../helpers/eventually.ts';
import { startScriptedPop3, type ScriptedPop3Options } from './scripted-pop3.ts';

const messages = [
  { uidl: 'a', raw: Buffer.from('Subject: a\r\n\r\n.one\r\ntwo\r\n') },
  { uidl: 'b', raw: Buffer.from('Subject: b\r\n\r\nthree\r\n') },
];

it('serves, and deletes at QUIT', async () => {
  const { server, answer } = await talk({ messages }, [
    ...['USER anne', 'PASS secret', 'STAT', 'UIDL', 'RETR 1', 'TOP 1 1', 'DELE 1', 'LIST', 'QUIT'],
  ]);
  expect(answer).toBe(
    [
      ...['+OK ready', '+OK', '+OK', '+OK 2 46', '+OK', '1 a', '2 b', '.'],
      ...['+OK', 'Subject: a', '', '..one', 'two', '.', '+OK', 'Subject: a', '', '..one', '.'],
      ...['+OK', '+OK', '2 21', '.', '+OK', ''],
    ].join('\r\n'),
  );
  expect(server.uidls()).toEqual(['b']);
});

it('keeps what was deleted when the QUIT never came', async () => {
  const dropped = (scene: { reset: () => void }) => scene.reset();
  const { server } = await talk({ messages, on: { QUIT: dropped } }, ['DELE 1', 'QUIT']);
  expect(server.uidls()).toEqual(['a', 'b']);
});

it('is a server without UIDL and CAPA if told so', async () => {
  const { answer } = await talk({ capabilities: [], on: { UIDL: '-ERR what?' } }, [
    ...['CAPA', 'UIDL', 'QUIT'],
  ]);
  expect(answer).toBe('+OK ready\r\n-ERR unknown command\r\n-ERR what?\r\n+OK\r\n');
});

async function talk(options: ScriptedPop3Options, lines: readonly string[]) {
  const server = await startScriptedPop3(options);
  onTestFinished(() => server.stop());
  const socket = connect({ host: '127.0.0.1', port: server.port });
  let answer = '';
  socket.on('data', (chunk: Buffer) => (answer += chunk.toString()));
  socket.on('error', () => undefined); // a reset is one of the scenes
  socket.write(lines.map((line) => `${line}\r\n`).join(''));
  await eventually(() => socket.closed);
  return { server, answer };
}
