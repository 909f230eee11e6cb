// The SMTP connector and a real exim: TLS both ways, trust, sign-in, refusals, sizes.
import { expect, it } from 'vitest';
import { eventually } from '../../helpers/eventually.ts';
import { eximUser, startExim } from '../../servers/exim.ts';
import { describeWith } from '../../servers/required.ts';
import { testCertificates } from '../../servers/certificates.ts';
import { useServer } from '../../servers/use-server.ts';
import { testMessage } from './connector-conformance.ts';
import { makeSmtp } from './make-smtp.ts';

const live = () => new AbortController().signal;

describeWith(['exim4', 'openssl'], 'the SMTP connector and exim', () => {
  const exim = useServer(startExim);
  const trust = () => ({ caPem: exim().caPem });

  it.each(['implicit', 'starttls'] as const)('sends over TLS (%s) with a password', async (tls) => {
    const port = tls === 'implicit' ? exim().tlsPort : exim().port;
    const { connector } = makeSmtp({
      server: { port, tls, trust: trust() },
      credentials: { user: eximUser.user, method: 'password', secret: eximUser.password },
    });
    const message = testMessage();

    const outcome = await connector.send(message, live());

    expect(outcome).toMatchObject({ certainty: 'sent' });
    const stored = await eventually(async () =>
      (await exim().messages()).find((one) => one.includes(message.messageId)),
    );
    expect(stored).toMatch(/with esmtpsa/);
    expect(stored).toContain('\n.dot\n');
    expect(stored).toContain('Envelope-to: first@example.org');
  });

  it('refuses a certificate that nobody it trusts has signed, before the password', async () => {
    const { connector } = makeSmtp({
      server: { port: exim().tlsPort, tls: 'implicit' },
      credentials: { user: eximUser.user, method: 'password', secret: eximUser.password },
    });

    await expect(connector.send(testMessage(), live())).rejects.toMatchObject({
      kind: 'config',
      code: 'tls.unknownAuthority',
    });
  });

  it.each(['implicit', 'starttls'] as const)(
    'takes a pinned certificate (%s) and no other',
    async (tls) => {
      const { good, expired } = await testCertificates();
      const port = tls === 'implicit' ? exim().tlsPort : exim().port;
      const pinned = (fingerprint: string) =>
        makeSmtp({ server: { port, tls, trust: { fingerprint } } }).connector.send(
          testMessage(),
          live(),
        );

      await expect(pinned(good.fingerprint)).resolves.toMatchObject({ certainty: 'sent' });
      await expect(pinned(expired.fingerprint)).rejects.toMatchObject({ code: 'tls.pinMismatch' });
    },
  );

  it('refuses a name that the certificate does not have', async () => {
    const { connector } = makeSmtp({
      server: {
        port: exim().tlsPort,
        tls: 'implicit',
        trust: { ...trust(), serverName: 'mail.elsewhere.test' },
      },
    });

    await expect(connector.send(testMessage(), live())).rejects.toMatchObject({
      code: 'tls.wrongName',
    });
  });

  it('says that SSL/TLS was ticked for a port that speaks clear text', async () => {
    const { connector } = makeSmtp({
      server: { port: exim().port, tls: 'implicit', trust: trust() },
    });

    await expect(connector.send(testMessage(), live())).rejects.toMatchObject({
      code: 'tls.notTls',
    });
  });

  it('says that the password is wrong', async () => {
    const { connector } = makeSmtp({
      server: { port: exim().tlsPort, tls: 'implicit', trust: trust() },
      credentials: { user: eximUser.user, method: 'password', secret: 'no' },
    });

    await expect(connector.send(testMessage(), live())).rejects.toMatchObject({
      kind: 'auth',
      code: 'smtp.signInRefused',
    });
  });

  it('keeps what the server refuses of the recipients, for now and for good', async () => {
    const { connector } = makeSmtp({ server: { port: exim().port } });
    const recipients = ['yes@example.org', 'no@refused.test', 'later@refused.test'];

    const outcome = await connector.send(
      testMessage({ envelope: { sender: 'from@sender.test', recipients } }),
      live(),
    );

    expect(outcome).toMatchObject({
      certainty: 'sent',
      accepted: ['yes@example.org'],
      rejected: [
        { address: 'no@refused.test', isTemporary: false, code: 550 },
        { address: 'later@refused.test', isTemporary: true, code: 451 },
      ],
    });
  });

  it('checks by steps and tells what TLS found', async () => {
    const { connector } = makeSmtp({
      server: { port: exim().port, tls: 'starttls', trust: trust() },
      credentials: { user: eximUser.user, method: 'password', secret: eximUser.password },
    });

    const steps = await connector.check(live());

    expect(steps.map((step) => step.step)).toEqual([
      'resolve',
      'connect',
      'startTls',
      'greeting',
      'signIn',
      'mailServer',
      'sender',
    ]);
    expect(steps.every((step) => step.ok)).toBe(true);
    expect(steps.find((step) => step.step === 'mailServer')?.params).toMatchObject({
      protocol: 'TLSv1.3',
      maxBytes: 200 * 1024 * 1024,
    });
  });
});
