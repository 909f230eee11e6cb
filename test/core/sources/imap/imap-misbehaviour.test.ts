// Servers that break the protocol, or keep to it in ways Dovecot does not: told by a scripted one.
import { describe, expect, it, onTestFinished } from 'vitest';
import {
  DEFAULT_CAPABILITIES,
  onBodyFetch,
  startScriptedImap,
  type ImapScene,
  type ScriptedImapOptions,
} from '../../../servers/scripted-imap.ts';
import { oneAttachmentMessage } from '../../../servers/scripted-message.ts';
import { memoryLogger } from '../../../helpers/memory-logger.ts';
import { seededBytes } from '../../../helpers/seeded-bytes.ts';
import { fetchItems, imapSource, listItems, never, type HarnessOptions } from './imap-harness.ts';
import { outcomeOf } from '../../../helpers/outcome-of.ts';
import { settleOrders } from '../settle-orders.ts';

const content = (uid: number) => seededBytes(3000, uid);
const messages = [4, 7, 9].map((uid) =>
  oneAttachmentMessage({ uid, name: 'a.bin', content: content(uid) }),
);
const encoded = (uid: number) => messages.find((m) => m.uid === uid)!.parts['2']!;
const uidOf = (scene: ImapScene) => Number(/^(\d+) /.exec(scene.command.args)?.[1]);

async function scripted(options: ScriptedImapOptions, more: Partial<HarnessOptions> = {}) {
  const server = await startScriptedImap({ messages, ...options });
  onTestFinished(() => server.stop());
  const timeouts = { connectSeconds: 2, answerSeconds: 2 };
  return { server, source: imapSource({ port: server.port, timeouts, ...more }) };
}

/** A run over the mailbox: its failure as `kind code`, or what came. */
async function collect(options: ScriptedImapOptions, more: Partial<HarnessOptions> = {}) {
  const { server, source } = await scripted(options, more);
  const items = await listItems(source);
  const fetched = await fetchItems(source, items);
  return { server, source, items, ...fetched };
}

describe('a server at the door', () => {
  it.each([
    ['* BYE too many connections from your address', 'transient imap.bye'],
    ['HTTP/1.1 400 Bad Request\r\nConnection: close', 'transient imap.noGreeting'],
    ['* PREAUTH welcome', []],
  ])('that greets with "%s"', async (greeting, expected) => {
    const { source } = await scripted({ greeting, messages: [] });
    expect(await outcomeOf(listItems(source))).toEqual(expected);
  });

  it.each([
    ['NO [AUTHENTICATIONFAILED] wrong', 'auth imap.passwordRefused'],
    ['NO [UNAVAILABLE] the directory is away', 'transient imap.unavailable'],
    ['NO [INUSE] somebody else is reading', 'transient imap.unavailable'],
    ['NO [LIMIT] too many sessions', 'transient imap.unavailable'],
    ['NO Too many simultaneous connections', 'transient imap.unavailable'],
    ['NO [ALERT] Application-specific password required', 'auth imap.passwordRefused'],
    ['NO [PRIVACYREQUIRED] not in clear', 'config imap.loginDisabled'],
    ['BAD what', 'auth imap.passwordRefused'],
    ['BYE go away', 'transient imap.bye'],
  ])('that answers the sign-in with "%s"', async (answer, expected) => {
    const { source } = await scripted({ on: { AUTHENTICATE: answer, LOGIN: answer } });
    expect(await outcomeOf(listItems(source))).toBe(expected);
  });

  it('that takes no password without TLS', async () => {
    const capabilities = ['IMAP4rev1', 'STARTTLS', 'LOGINDISABLED'];
    const { source } = await scripted({ capabilities });
    expect(await outcomeOf(listItems(source))).toBe('config imap.loginDisabled');
  });

  it('that takes no token', async () => {
    const { source } = await scripted({}, { method: 'token' });
    expect(await outcomeOf(listItems(source))).toBe('config imap.authUnsupported');
  });

  it('that knows the password but has no mailbox for it', async () => {
    const text = 'BAD User is authenticated but not connected.';
    const { source } = await scripted({ on: { EXAMINE: text, STATUS: text } });
    expect(await outcomeOf(listItems(source))).toBe('config imap.noMailbox');
  });

  it.each([
    ['LOGIN only', ['IMAP4rev1']] as const,
    ['no SASL-IR', ['IMAP4rev1', 'AUTH=PLAIN']] as const,
  ])('of an older kind: %s', async (_name, capabilities) => {
    const { done } = await collect({ capabilities });
    expect(done).toHaveLength(3);
  });

  it('whose alert is kept for the log', async () => {
    const logger = memoryLogger();
    const on = {
      'UID SEARCH': (scene: ImapScene) => {
        scene.untagged('OK [ALERT] the disk is nearly full');
        scene.byDefault();
      },
    };
    await listItems((await scripted({ on }, { logger })).source);
    expect(logger.entries).toMatchObject([
      {
        level: 'warn',
        event: 'imap.alert',
        fields: { text: 'OK [ALERT] the disk is nearly full' },
      },
    ]);
  });
});

describe('a server that breaks off', () => {
  it.each(['EXAMINE', 'UID SEARCH', 'UID FETCH'])('with a BYE instead of %s', async (name) => {
    const on = {
      [name]: (scene: ImapScene) => {
        scene.untagged('BYE shutting down');
        scene.end();
      },
    };
    const { source } = await scripted({ on });
    expect(await outcomeOf(listItems(source))).toBe('transient imap.bye');
  });

  it.each([
    ['an unknown tag', (scene: ImapScene) => void scene.send('L99X9 OK done\r\n')],
    ['no tag at all', (scene: ImapScene) => void scene.send('what is this\r\n')],
    ['binary garbage', (scene: ImapScene) => void scene.send(seededBytes(70_000, 'garbage'))],
    [
      'a line without end',
      (scene: ImapScene) => flood(scene, '* SEARCH ', '1'.repeat(1 << 20), 20),
    ],
    ['a huge literal', (scene: ImapScene) => void scene.send('* 1 FETCH (UID 4 X {999999999}\r\n')],
    ['nothing', () => undefined],
  ])('with %s while it lists', async (_name, misbehave) => {
    const { source } = await scripted({ on: { 'UID SEARCH': misbehave } });
    expect(await outcomeOf(listItems(source))).toMatch(/^transient imap\.(protocol|silent)$/);
  });
});

describe('a server that lies about a literal', () => {
  const lying = (announced: (real: number) => number) =>
    onBodyFetch((scene) => {
      if (uidOf(scene) !== 7) {
        scene.byDefault();
        return;
      }
      const bytes = encoded(7);
      scene.send(`* 2 FETCH (UID 7 BODY[2] {${announced(bytes.length)}}\r\n`);
      scene.send(bytes);
      scene.send(')\r\n');
      scene.tagged('OK done');
    });

  it.each([
    ['longer than announced', (real: number) => real - 100],
    ['shorter than announced', (real: number) => real + 100],
    ['much shorter than announced', (real: number) => real + 1_000_000],
  ])('%s: never handed over as complete', async (_name, announced) => {
    const { done, contents, error } = await collect({ on: { 'UID FETCH': lying(announced) } });
    expect(error).toMatchObject({ kind: 'transient' });
    expect(done).not.toContain('Message 7');
    expect(contents.get('Message 4/a.bin')?.equals(content(4))).toBe(true);
  });
});

describe('a server with another style', () => {
  const answering = (answer: (uid: number, bytes: Buffer, scene: ImapScene) => void) =>
    onBodyFetch((scene) => {
      const uid = uidOf(scene);
      answer(uid, encoded(uid), scene);
      scene.tagged('OK done');
    });

  it.each([
    [
      'that names the UID last',
      (uid: number, bytes: Buffer, scene: ImapScene) => {
        scene.send(`* 1 FETCH (BODY[2] {${bytes.length}}\r\n`);
        scene.send(bytes);
        scene.send(` FLAGS (\\Seen) UID ${uid})\r\n`);
      },
    ],
    [
      'that sends short contents as a quoted string',
      (uid: number, bytes: Buffer, scene: ImapScene) => {
        const text = bytes.toString().replaceAll('\r\n', '');
        scene.send(`* 1 FETCH (UID ${uid} BODY[2] "${text}")\r\n`);
      },
    ],
    [
      'that announces flags in between',
      (uid: number, bytes: Buffer, scene: ImapScene) => {
        scene.send(
          `* 3 FETCH (FLAGS (\\Seen))\r\n* 4 EXISTS\r\n* 1 FETCH (UID ${uid} FLAGS ())\r\n`,
        );
        scene.send(`* 1 FETCH (UID ${uid} BODY[2] {${bytes.length}}\r\n`);
        scene.send(bytes);
        scene.send(')\r\n');
      },
    ],
    [
      'that writes in lower case and with literal8',
      (uid: number, bytes: Buffer, scene: ImapScene) => {
        scene.send(`* 1 fetch (uid ${uid} body[2] ~{${bytes.length}}\r\n`);
        scene.send(bytes);
        scene.send(')\r\n');
      },
    ],
  ])('%s', async (_name, answer) => {
    const { contents } = await collect({ on: { 'UID FETCH': answering(answer) } });
    for (const uid of [4, 7, 9]) {
      expect(contents.get(`Message ${uid}/a.bin`)?.equals(content(uid))).toBe(true);
    }
  });

  it('that answers for another message ends the connection', async () => {
    const { error, done } = await collect({
      on: {
        'UID FETCH': answering((uid, bytes, scene) => {
          scene.send(`* 1 FETCH (BODY[2] {${bytes.length}}\r\n`);
          scene.send(bytes);
          scene.send(` UID ${uid === 4 ? 9 : uid})\r\n`);
        }),
      },
    });
    expect(error).toMatchObject({ code: 'imap.protocol' });
    expect(done).toEqual([]);
  });

  it.each([
    ['NIL for a part', 'NIL', 'OK done', 'refused imap.partUnreadable'],
    ['NIL and that it is gone', 'NIL', 'OK [EXPUNGEISSUED] gone', 'gone imap.gone'],
    ['nothing and OK', null, 'OK done', 'gone imap.gone'],
    ['NO', null, 'NO internal error', 'transient imap.refused'],
    ['NO for now', null, 'NO [UNAVAILABLE] later', 'transient imap.unavailable'],
  ])('that answers %s fails this mail only', async (_name, value, tagged, expected) => {
    const { done, failures } = await collect({
      on: {
        'UID FETCH': onBodyFetch((scene) => {
          if (uidOf(scene) !== 7) {
            scene.byDefault();
            return;
          }
          if (value !== null) scene.untagged(`2 FETCH (UID 7 BODY[2] ${value})`);
          scene.tagged(tagged);
        }),
      },
    });
    expect(done).toEqual(['Message 4', 'Message 9']);
    const failure = failures.get('Message 7')!;
    expect(`${failure.kind} ${failure.code}`).toBe(expected);
  });

  it('that cannot describe one mail still lists the others', async () => {
    const refusing = (scene: ImapScene) => {
      if (/\b7\b|:/.test(scene.command.args.split(' ')[0]!))
        scene.tagged('NO cannot parse message');
      else scene.byDefault();
    };
    const { source } = await scripted({ on: { 'UID FETCH': refusing } });
    const items = await listItems(source);
    expect(items.map((item) => item.title).sort()).toEqual(['', 'Message 4', 'Message 9']);
    expect(items.find((item) => item.title === '')?.readiness).toMatchObject({
      ...{ ready: false, reason: { kind: 'transient', code: 'imap.refused' } },
    });
  });

  it('that describes one mail with a trap offers that mail as a whole', async () => {
    const trap = { ...messages[1]!, bodyStructure: '('.repeat(5000) + ')'.repeat(5000) };
    const { source } = await scripted({ messages: [messages[0]!, trap, messages[2]!] });
    const items = await listItems(source);
    expect(items.map((item) => item.parts.map((part) => part.part))).toEqual([
      ...[['2'], ['message'], ['2']],
    ]);
  });
});

describe('settling against a scripted server', () => {
  const move = { kind: 'move', folder: 'Done' } as const;

  it('never sends a bare EXPUNGE', async () => {
    const capabilities = DEFAULT_CAPABILITIES.filter((each) => !['UIDPLUS', 'MOVE'].includes(each));
    const fate = { kind: 'delete', afterDays: 0 } as const;
    const { server, source } = await scripted({ capabilities }, { fate });
    await source.settle(settleOrders(await listItems(source)), never);
    expect(server.received.filter((line) => /EXPUNGE|CLOSE/.test(line))).toEqual([]);
  });

  it('reports what the server says when it refuses to move', async () => {
    const on = { 'UID MOVE': 'NO [OVERQUOTA] the mailbox is full' };
    const { source } = await scripted({ on }, { fate: move });
    const outcomes = await source.settle(settleOrders(await listItems(source)), never);
    expect(outcomes[0]).toMatchObject({
      ok: false,
      error: { code: 'imap.unavailable', params: { text: 'the mailbox is full' } },
    });
  });

  it('refuses to mark with a keyword the folder does not take', async () => {
    const on = {
      SELECT: (scene: ImapScene) => {
        scene.untagged('OK [PERMANENTFLAGS (\\Seen \\Deleted)] limited');
        scene.untagged('3 EXISTS');
        scene.untagged('OK [UIDVALIDITY 1] valid');
        scene.untagged('OK [UIDNEXT 10] next');
        scene.tagged('OK [READ-WRITE] open');
      },
    };
    const fate = { kind: 'mark', seen: true, flagged: false, keyword: '$Done' } as const;
    const { source } = await scripted({ on }, { fate });
    const outcomes = await source.settle(settleOrders(await listItems(source)), never);
    expect(outcomes[0]).toMatchObject({ error: { code: 'imap.keywordRefused' } });
  });

  it('refuses to change a folder that is read-only', async () => {
    const on = {
      SELECT: (scene: ImapScene) => {
        scene.untagged('OK [UIDVALIDITY 1] valid');
        scene.tagged('OK [READ-ONLY] open');
      },
    };
    const { source } = await scripted({ on }, { fate: move });
    const outcomes = await source.settle(settleOrders(await listItems(source)), never);
    expect(outcomes[0]).toMatchObject({ error: { kind: 'config', code: 'imap.readOnly' } });
  });
});

function flood(scene: ImapScene, start: string, piece: string, times: number): void {
  scene.send(start);
  for (let i = 0; i < times; i++) scene.send(piece);
}
