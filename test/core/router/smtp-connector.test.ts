// The SMTP connector against a server that can misbehave at every stage.
import { connect } from 'node:net';
import { createServer } from 'node:net';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { type FaultySmtp, startFaultySmtp } from '../../servers/faulty-smtp.ts';
import { connectorConformance, testMessage } from './connector-conformance.ts';
import { makeSmtp } from './make-smtp.ts';

const live = () => new AbortController().signal;

async function faulty(options: Parameters<typeof startFaultySmtp>[0] = {}): Promise<FaultySmtp> {
  const server = await startFaultySmtp({ disabledCommands: ['STARTTLS'], ...options });
  onTestFinished(server.stop);
  return server;
}

const messageIdOf = (raw: string): string => /^Message-ID: (\S+)/im.exec(raw)?.[1] ?? '';

connectorConformance('the SMTP connector', async () => {
  const server = await faulty({ allowInsecureAuth: true });
  const credentials = { user: 'clerk', method: 'password', secret: 'right' } as const;
  const secrets = { ...credentials, secret: 'right' };
  const { connector } = makeSmtp({
    server: { port: server.port },
    // Read at each sign-in, so that a test may change it.
    credentials: secrets,
  });
  const refused = (code: number, text: string) => ({ code, text });
  return {
    connector,
    taken: () =>
      Promise.resolve(
        server.accepted.map(({ raw, recipients }) => ({ messageId: messageIdOf(raw), recipients })),
      ),
    fault: {
      refuseForGood: () => (server.faults = { mailFrom: refused(550, '5.7.1 go away') }),
      refuseForNow: () => (server.faults = { data: refused(451, '4.3.0 later') }),
      refuseSecondRecipient: () =>
        (server.faults = { recipients: { 'second@example.org': refused(550, '5.1.1 unknown') } }),
      away: () => void server.stop(),
      signInRefused: () => Object.assign(secrets, { secret: 'wrong' }),
      keepAndDropAnswer: () => (server.faults = { dropAfterDot: 'kept' }),
      dropInTheMiddle: () => (server.faults = { dropInData: true }),
    },
  };
});

describe('the SMTP connector', () => {
  it.each([
    [
      'greeting',
      { greeting: { code: 421, text: '4.3.2 too busy' } },
      'transient',
      'smtp.busy',
      true,
    ],
    [
      'greeting',
      { greeting: { code: 554, text: '5.7.1 listed' } },
      'transient',
      'smtp.connectionRefused',
      true,
    ],
    [
      'sender',
      { mailFrom: { code: 451, text: '4.7.1 later' } },
      'transient',
      'smtp.temporary',
      false,
    ],
    [
      'sender',
      { mailFrom: { code: 550, text: '5.7.1 no' } },
      'refused',
      'smtp.senderRefused',
      false,
    ],
    [
      'sender',
      { mailFrom: { code: 530, text: '5.7.0 sign in' } },
      'config',
      'smtp.signInRequired',
      true,
    ],
    [
      'sender',
      { mailFrom: { code: 530, text: '5.7.0 Must issue a STARTTLS command first' } },
      'config',
      'smtp.encryptionRequired',
      true,
    ],
    [
      'sender',
      { mailFrom: { code: 451, text: '5.7.3 STARTTLS is required to send mail' } },
      'config',
      'smtp.encryptionRequired',
      true,
    ],
    [
      'message',
      { data: { code: 554, text: '5.7.1 spam' } },
      'refused',
      'smtp.messageRefused',
      false,
    ],
    ['message', { data: { code: 552, text: '5.3.4 too big' } }, 'refused', 'smtp.tooLarge', false],
    ['message', { data: { code: 452, text: '4.3.1 disk' } }, 'transient', 'smtp.temporary', false],
  ])('maps a refusal of the %s: %o', async (_, faults, kind, code, isConnectorAway) => {
    const server = await faulty();
    server.faults = faults;
    const { connector } = makeSmtp({ server: { port: server.port } });

    const outcome = await connector
      .send(testMessage(), live())
      .catch((error: unknown) => ({ error }));

    expect(outcome).toMatchObject({ error: { kind, code } });
    if ('isConnectorAway' in outcome) expect(outcome.isConnectorAway).toBe(isConnectorAway);
  });

  it('tries again for recipients that were refused for now, and says which', async () => {
    const server = await faulty();
    server.faults = {
      recipients: {
        'grey@example.org': { code: 450, text: '4.2.0 greylisted' },
        'bad@example.org': { code: 550, text: '5.1.1 unknown' },
      },
    };
    const { connector } = makeSmtp({ server: { port: server.port } });
    const recipients = ['good@example.org', 'grey@example.org', 'bad@example.org'];

    const outcome = await connector.send(
      testMessage({ envelope: { sender: 'from@sender.test', recipients } }),
      live(),
    );

    expect(outcome).toMatchObject({
      certainty: 'sent',
      rejected: [
        { address: 'grey@example.org', isTemporary: true, code: 450 },
        { address: 'bad@example.org', isTemporary: false, code: 550 },
      ],
    });
  });

  it('asks for encryption, not for another password, where a server wants it before the sign-in', async () => {
    const server = await faulty({ disabledCommands: [] });
    const credentials = { user: 'clerk', method: 'password', secret: 'right' } as const;
    const { connector } = makeSmtp({ server: { port: server.port }, credentials });

    const outcome = await connector
      .send(testMessage(), live())
      .catch((error: unknown) => ({ error }));

    expect(outcome).toMatchObject({
      error: { kind: 'config', code: 'smtp.encryptionRequired', field: 'config.server.tls' },
    });
    expect(server.logins).toEqual([]);
  });

  it('never sends a password where StartTLS is wanted and not offered', async () => {
    const server = await faulty({ hideSTARTTLS: true, allowInsecureAuth: true });
    const { connector } = makeSmtp({
      server: { port: server.port, tls: 'starttls' },
      credentials: { user: 'clerk', method: 'password', secret: 'right' },
    });

    await expect(connector.send(testMessage(), live())).rejects.toMatchObject({
      kind: 'config',
      code: 'smtp.noStartTls',
    });
    expect(server.logins).toEqual([]);
    expect(server.accepted).toEqual([]);
  });

  it('signs in with an access token, and says that a refused one is a matter of signing in', async () => {
    const server = await faulty({ authMethods: ['XOAUTH2'], allowInsecureAuth: true });
    const signIn = (secret: string) =>
      makeSmtp({
        server: { port: server.port },
        credentials: { user: 'clerk', method: 'token', secret },
      }).connector.send(testMessage(), live());

    await expect(signIn('right')).resolves.toMatchObject({ certainty: 'sent' });
    await expect(signIn('wrong')).rejects.toMatchObject({
      kind: 'auth',
      code: 'smtp.tokenRefused',
    });
    expect(server.accepted[0]?.user).toBe('clerk');
  });

  it('asks for a new token once when the server refuses the one it has', async () => {
    const server = await faulty({ authMethods: ['XOAUTH2'], allowInsecureAuth: true });
    const { connector } = makeSmtp({
      server: { port: server.port },
      credentials: {
        user: 'clerk',
        method: 'token',
        secret: 'withdrawn',
        renew: () => Promise.resolve({ user: 'clerk', method: 'token', secret: 'right' }),
      },
    });

    await expect(connector.send(testMessage(), live())).resolves.toMatchObject({
      certainty: 'sent',
    });
  });

  it('knows the sentence with which Microsoft refuses passwords', async () => {
    const server = await faulty({
      allowInsecureAuth: true,
      onAuth: (_, __, callback) =>
        callback(
          Object.assign(
            new Error('5.7.139 Authentication unsuccessful, basic authentication is disabled.'),
            {
              responseCode: 535,
            },
          ),
        ),
    });
    const { connector } = makeSmtp({
      server: { port: server.port },
      credentials: { user: 'clerk', method: 'password', secret: 'right' },
    });

    await expect(connector.send(testMessage(), live())).rejects.toMatchObject({
      code: 'smtp.passwordsOff',
    });
  });

  it('does not offer a message to a server that said it is too large', async () => {
    const server = await faulty({ size: 50_000 });
    const { connector } = makeSmtp({ server: { port: server.port } });

    const outcome = await connector.send(testMessage({ size: 200_000 }), live());

    expect(outcome).toMatchObject({ certainty: 'notSent', error: { code: 'smtp.tooLarge' } });
    expect(server.accepted).toEqual([]);
  });

  it('refuses an address that the server cannot take, before it would be garbled', async () => {
    const server = await faulty({ hideSMTPUTF8: true });
    const { connector } = makeSmtp({ server: { port: server.port } });
    const envelope = { sender: 'from@sender.test', recipients: ['rené@example.org'] };

    const outcome = await connector.send(testMessage({ envelope, needsUtf8: true }), live());

    expect(outcome).toMatchObject({ certainty: 'notSent', error: { code: 'smtp.noUtf8' } });
    expect(server.accepted).toEqual([]);
  });

  it('keeps a connection for the next message, and never more than it may', async () => {
    const server = await faulty();
    const { connector } = makeSmtp({
      server: { port: server.port },
      config: { maxConnections: 2 },
    });

    for (let index = 0; index < 5; index += 1) await connector.send(testMessage(), live());

    expect(server.most()).toBe(1);
    expect(server.accepted).toHaveLength(5);
  });

  it('notices that the server has ended an idle connection, and sends on a new one', async () => {
    const server = await faulty({ socketTimeout: 2_000 });
    const { connector } = makeSmtp({ server: { port: server.port } });
    await connector.send(testMessage(), live());
    while (server.connections() > 0) await new Promise((resolve) => setImmediate(resolve));

    await expect(connector.send(testMessage(), live())).resolves.toMatchObject({
      certainty: 'sent',
    });
    expect(server.accepted).toHaveLength(2);
  });

  it('gives up on a server that never says who it is', async () => {
    const silent = createServer(() => undefined).listen(0, '127.0.0.1');
    await once(silent, 'listening');
    onTestFinished(() => void silent.close());
    const { port } = silent.address() as AddressInfo;
    const { connector } = makeSmtp({
      server: { port, timeouts: { connectSeconds: 5, answerSeconds: 1 } },
    });

    await expect(connector.send(testMessage(), live())).rejects.toMatchObject({
      kind: 'transient',
      code: 'smtp.noGreeting',
    });
    connect(port, '127.0.0.1').destroy();
  });

  it('shows each step of a check, and the one that fails', async () => {
    const server = await faulty({ allowInsecureAuth: true });
    const { connector } = makeSmtp({
      server: { port: server.port },
      credentials: { user: 'clerk', method: 'password', secret: 'wrong' },
    });

    const steps = await connector.check(live());

    expect(steps.map((step) => [step.step, step.ok])).toEqual([
      ['resolve', true],
      ['connect', true],
      ['greeting', true],
      ['signIn', false],
    ]);
  });
});
