// `lanceur check --account`: both sides of a mail session, against real servers.
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { SMTPServer } from 'smtp-server';
import { expect, it } from 'vitest';
import type { SessionCheck } from '#contract/model/session-check';
import { testCertificates } from '../servers/certificates.ts';
import { startDovecot } from '../servers/dovecot.ts';
import { describeWith } from '../servers/required.ts';
import { useServer } from '../servers/use-server.ts';
import { configuration, sampleSetUp } from './sample-set-up.ts';

async function startSmtp() {
  const { good } = await testCertificates();
  const server = new SMTPServer({
    key: good.keyPem,
    cert: good.certPem,
    authMethods: ['PLAIN', 'LOGIN'],
    allowInsecureAuth: true,
    onAuth: (auth, _session, callback) => {
      if (auth.password === 'secret') callback(null, { user: auth.username });
      else callback(new Error('5.7.8 Bad credentials'));
    },
  });
  server.on('error', () => undefined);
  server.listen(0, '127.0.0.1');
  await once(server.server, 'listening');
  return {
    port: (server.server.address() as AddressInfo).port,
    stop: () =>
      new Promise<void>((resolve) => {
        server.close(resolve);
      }),
  };
}

describeWith(['dovecot', 'openssl'], 'lanceur check --account', () => {
  const dovecot = useServer(() => startDovecot({ users: { box: 'secret', other: 'else' } }));
  const smtp = useServer(startSmtp);

  const setUp = async (secret = 'secret') => {
    const sample = await sampleSetUp();
    const whole = configuration(sample.source, sample.target);
    const accounts = [{ id: 'acc', name: 'Courrier', user: 'box', secretEnv: 'S' }];
    const [file, ca] = [join(sample.dir, 'a.json'), join(sample.dir, 'ca.pem')];
    await writeFile(file, JSON.stringify({ ...whole, accounts }));
    await writeFile(ca, dovecot().caPem);
    process.env['S'] = secret;
    const { runCommand } = await import('./run-command.ts');
    const { dataDir, dir } = sample;
    const options = { dataDir, workingDir: dir, environment: { S: secret } };
    await runCommand(['import', file], options);
    return (...words: string[]) =>
      runCommand(['check', '--account', 'courrier', '--ca', ca, ...words], options);
  };
  const clear = (scheme: string, port: number) => `${scheme}://localhost:${port}?tls=none`;
  const steps = (report: { readonly steps: readonly { readonly step: string }[] } | null) =>
    report?.steps.map((one) => one.step);

  it.each(['imap', 'pop'] as const)('opens both sides and names each step: %s', async (kind) => {
    const check = await setUp();
    const port = kind === 'imap' ? dovecot().ports.imaps : dovecot().ports.pop3s;
    const sides = [`--incoming`, `${kind}s://localhost:${port}`];

    const { code, out, err } = await check(
      ...[...sides, '--outgoing', `smtp://localhost:${smtp().port}`, '--json'],
    );

    const report = JSON.parse(out) as SessionCheck;
    expect({ code: code <= 1, err }).toEqual({ code: true, err: '' });
    expect(report.ok).toBe(true);
    expect(steps(report.incoming)?.slice(0, 4)).toEqual(['resolve', 'connect', 'tls', 'signIn']);
    expect(steps(report.outgoing)?.slice(0, 3)).toEqual(['resolve', 'connect', 'startTls']);
    expect(steps(report.outgoing)).toContain('signIn');
  });

  it('asks the incoming server for the outgoing side when no other is named', async () => {
    const check = await setUp();

    const { code, out } = await check('--incoming', clear('imap', dovecot().ports.imap), '--json');

    const report = JSON.parse(out) as SessionCheck;
    expect(code).toBe(5);
    expect(report.incoming?.ok).toBe(true);
    expect(report.outgoing?.steps.at(-1)?.error).toMatchObject({
      params: { host: 'localhost', port: 25 },
    });
  });

  it('leaves the outgoing side out when told so', async () => {
    const check = await setUp();
    const incoming = clear('imap', dovecot().ports.imap);

    const { code, out } = await check('--incoming', incoming, '--outgoing', 'none', '--json');

    expect(code).toBe(0);
    expect((JSON.parse(out) as SessionCheck).outgoing).toBeNull();
  });

  it('ends with code 4 when the password is refused, and says so of both sides', async () => {
    const check = await setUp('wrong');

    const { code, out } = await check(
      ...['--incoming', clear('imap', dovecot().ports.imap)],
      ...['--outgoing', clear('smtp', smtp().port)],
    );

    expect(code).toBe(4);
    expect(out.match(/✗ Signing in/g)).toHaveLength(2);
  });

  it('ends with code 3 when a certificate is not accepted', async () => {
    const check = await setUp();
    const { wrongHost } = await testCertificates();
    const incoming = `imaps://localhost:${dovecot().ports.imaps}`;

    const { code, out, err } = await check(
      ...['--incoming', incoming, '--outgoing', 'none', '--pin', wrongHost.fingerprint],
    );

    expect(code).toBe(3);
    expect(out).toContain('The certificate of the server changed');
    expect(err).toContain(`lanceur tls localhost:${dovecot().ports.imaps}`);
  });

  it('gives up after the time it was given', async () => {
    const { createServer } = await import('node:net');
    const silent = createServer(() => undefined).listen(0, '127.0.0.1');
    await once(silent, 'listening');
    const { port } = silent.address() as AddressInfo;
    const check = await setUp();

    const { code, out } = await check(
      ...['--incoming', clear('imap', port), '--outgoing', 'none', '--timeout', '1'],
    );

    silent.close();
    expect(code).toBe(5);
    expect(out).toContain('1 s');
  });

  it.each([
    [['--incoming', 'http://x'], 'imaps://'],
    [['--outgoing', 'none'], '--incoming or --outgoing'],
    [[], '--incoming or --outgoing'],
  ])('says what is wrong with its words: %j', async (words, says) => {
    const check = await setUp();

    const { code, err } = await check(...words);

    expect(code).toBe(2);
    expect(err).toContain(says);
  });
});
