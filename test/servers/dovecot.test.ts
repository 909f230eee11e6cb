import { once } from 'node:events';
import { connect } from 'node:net';
import { expect, it } from 'vitest';
import { eventually } from '../helpers/eventually.ts';
import { imapClient } from '../helpers/imap-client.ts';
import { makeMail } from '../helpers/make-mail.ts';
import { startDovecot } from './dovecot.ts';
import { describeWith } from './required.ts';
import { useServer } from './use-server.ts';

const MAIL = makeMail({ subject: 'Facture' });

describeWith(['dovecot', 'openssl'], 'the test Dovecot', () => {
  const dovecot = useServer(() => startDovecot({ tokens: { 'good-token': 'token@example.org' } }));

  it('lets any user in with the password over implicit TLS, STARTTLS and clear text', async () => {
    const { ports, caPem } = dovecot();
    const ways = [
      { port: ports.imaps, secure: true, tls: { ca: caPem } },
      { port: ports.imap, secure: false, doSTARTTLS: true, tls: { ca: caPem } },
      { port: ports.imap, secure: false, doSTARTTLS: false },
    ];
    for (const way of ways) {
      const client = await imapClient({ ...way, user: dovecot().freshUser() });
      expect(client.authenticated).toBeTruthy();
      expect(client.secureConnection).toBe(way.tls !== undefined);
    }
  });

  it('refuses another password at once and says so', async () => {
    const tookMs: number[] = [];
    for (let times = 0; times < 3; times += 1) {
      const startedAt = performance.now();
      const attempt = clearClient({ user: dovecot().freshUser(), pass: 'wrong' });
      await expect(attempt).rejects.toMatchObject({
        authenticationFailed: true,
        serverResponseCode: 'AUTHENTICATIONFAILED',
      });
      tookMs.push(performance.now() - startedAt);
    }
    // Dovecot's own delay is two seconds, each time; a machine that is busy is so once.
    expect(Math.min(...tookMs)).toBeLessThan(1_500);
  });

  it('takes the token it knows and refuses one it does not know', async () => {
    const user = 'token@example.org';
    const client = await clearClient({ user, accessToken: 'good-token' });
    expect(client.authenticated).toBeTruthy();
    await expect(clearClient({ user, accessToken: 'other' })).rejects.toMatchObject({
      authenticationFailed: true,
      oauthError: { status: 'invalid_token' },
    });
  });

  it('says UNAVAILABLE and not AUTHENTICATIONFAILED while tokens cannot be checked', async () => {
    const { tokens } = dovecot();
    tokens?.accept('later-token', 'later@example.org');
    tokens?.setBroken(true);
    const attempt = clearClient({ user: 'later@example.org', accessToken: 'later-token' });
    await attempt.then(
      () => expect.unreachable(),
      (error: unknown) => expect(error).toMatchObject({ serverResponseCode: 'UNAVAILABLE' }),
    );
    tokens?.setBroken(false);
  });

  it('serves over POP3 what was delivered', async () => {
    const user = dovecot().freshUser();
    await dovecot().deliver(user, MAIL);
    const answer = await pop3(dovecot().ports.pop3, [
      `USER ${user}`,
      'PASS secret',
      'RETR 1',
      'QUIT',
    ]);
    expect(answer).toContain(MAIL.toString());
  });

  it('shows a delivered message with its folder, flags, keyword and date', async () => {
    const user = dovecot().freshUser();
    const internalDate = new Date('2026-01-02T03:04:05Z');
    const flags = ['\\Seen', '$Done'];
    await dovecot().deliver(user, MAIL, { folder: 'Traité/2026', flags, internalDate });
    const client = await clearClient({ user });
    await client.mailboxOpen('Traité/2026');
    const message = await client.fetchOne('*', { flags: true, internalDate: true, source: true });
    if (message === false) expect.unreachable();
    expect([...(message.flags ?? [])]).toEqual(expect.arrayContaining(flags));
    expect(message.internalDate).toEqual(internalDate);
    expect(message.source).toEqual(MAIL);
  });

  it('reads back from disk what a client changed', async () => {
    const user = dovecot().freshUser();
    await dovecot().deliver(user, MAIL, { flags: ['$First'] });
    await dovecot().createFolder(user, 'Archive');
    const client = await clearClient({ user });
    await client.mailboxOpen('INBOX');
    await client.messageFlagsAdd('1', ['\\Flagged', '$Second'], { uid: true });
    await client.messageMove('1', 'Archive', { uid: true });
    expect(await dovecot().folder(user)).toEqual([]);
    expect(await dovecot().folder(user, 'Archive')).toMatchObject([
      { uid: 1, flags: ['\\Flagged'], keywords: ['$First', '$Second'], raw: MAIL },
    ]);
    expect(await dovecot().folders(user)).toEqual(['Archive', 'INBOX']);
  });

  it('gives a folder another UIDVALIDITY, seen by old and new connections', async () => {
    const user = dovecot().freshUser();
    await dovecot().deliver(user, MAIL);
    const old = await clearClient({ user });
    const before = (await old.mailboxOpen('INBOX')).uidValidity;
    await old.mailboxClose();
    await dovecot().resetUidValidity(user);
    const fresh = await clearClient({ user });
    for (const client of [old, fresh]) {
      const after = await client.status('INBOX', { uidValidity: true, messages: true });
      expect(after).toMatchObject({ messages: 1, uidValidity: before + 1n });
    }
  });

  it('tells an idling client of a delivery', async () => {
    const user = dovecot().freshUser();
    const client = await clearClient({ user });
    await client.mailboxOpen('INBOX');
    const arrival = once(client, 'exists');
    const idle = client.idle();
    await dovecot().deliver(user, MAIL);
    expect((await arrival)[0]).toMatchObject({ count: 1 });
    await client.noop();
    await idle;
  });

  function clearClient(who: { user: string; pass?: string; accessToken?: string }) {
    return imapClient({ port: dovecot().ports.imap, secure: false, doSTARTTLS: false, ...who });
  }
});

describeWith(['dovecot', 'openssl'], 'the test Dovecot, started otherwise', () => {
  it.each([
    ['expired', 'CERT_HAS_EXPIRED'],
    ['wrongHost', 'ERR_TLS_CERT_ALTNAME_INVALID'],
    ['selfSigned', 'DEPTH_ZERO_SELF_SIGNED_CERT'],
  ] as const)('with the %s certificate is refused with %s', async (certificate, code) => {
    const server = await startDovecot({ certificate });
    try {
      const attempt = imapClient({
        ...{ host: 'localhost', port: server.ports.imaps, secure: true, tls: { ca: server.caPem } },
      });
      await expect(attempt).rejects.toMatchObject({ code });
    } finally {
      await server.stop();
    }
  });

  it('with a good certificate is refused by a client that does not know the authority', async () => {
    const server = await startDovecot();
    try {
      const attempt = imapClient({ port: server.ports.imaps, secure: true });
      await expect(attempt).rejects.toMatchObject({ code: 'UNABLE_TO_VERIFY_LEAF_SIGNATURE' });
    } finally {
      await server.stop();
    }
  });

  it('knows only the listed users, offers no STARTTLS and hides capabilities', async () => {
    const server = await startDovecot({
      users: { anne: 'päss:wörd "x"' },
      startTls: false,
      withoutCapabilities: ['UIDPLUS', 'MOVE'],
      ...{ separator: '.', prefix: 'INBOX.' },
    });
    try {
      const way = { port: server.ports.imap, secure: false };
      const client = await imapClient({ ...way, user: 'anne', pass: 'päss:wörd "x"' });
      const known = [...client.capabilities.keys()];
      expect(known).toContain('IDLE');
      expect(known).not.toContain('UIDPLUS');
      expect(known).not.toContain('MOVE');
      await server.deliver('anne', MAIL, { folder: 'A/B' });
      expect((await client.list()).map((folder) => folder.path)).toContain('INBOX.A.B');
      await expect(imapClient({ ...way, user: 'bob' })).rejects.toThrow();
      const mustEncrypt = imapClient({ ...way, doSTARTTLS: true, user: 'anne' });
      await expect(mustEncrypt).rejects.toMatchObject({ tlsFailed: true });
    } finally {
      await server.stop();
    }
  });

  it('leaves neither a listener nor a file behind', async () => {
    const server = await startDovecot();
    expect(await server.log()).toContain('starting up');
    await server.stop();
    // A process of its own that accepts sign-ins may outlive it for a moment.
    await eventually(async () => (await refusal(server.ports.imap)) === 'ECONNREFUSED');
    expect(await server.log()).toBe('');
  });
});

/** Code of the error that a connection to this port ends with. */
async function refusal(port: number): Promise<string | undefined> {
  const socket = connect({ host: '127.0.0.1', port });
  const answer = await new Promise<string | undefined>((resolve) => {
    socket.once('error', ({ code }: NodeJS.ErrnoException) => {
      resolve(code);
    });
    socket.once('close', () => {
      resolve(undefined);
    });
    socket.once('data', () => {
      resolve(undefined);
    });
  });
  socket.destroy();
  return answer;
}

/** Everything the server says to these lines. */
async function pop3(port: number, lines: readonly string[]): Promise<string> {
  const socket = connect({ host: '127.0.0.1', port });
  let heard = '';
  socket.on('data', (chunk: Buffer) => (heard += chunk.toString()));
  socket.write(lines.map((line) => `${line}\r\n`).join(''));
  await eventually(() => socket.closed);
  return heard;
}
