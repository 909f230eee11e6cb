// The connection test of the form: named steps, each with what it found.
import { expect, it } from 'vitest';
import { startDovecot } from '../../../servers/dovecot.ts';
import { describeWith } from '../../../servers/required.ts';
import { useServer } from '../../../servers/use-server.ts';
import { makeMail } from '../../../helpers/make-mail.ts';
import { freePorts } from '../../../servers/free-ports.ts';
import type { CheckStep } from '#contract/model/check';
import { imapSource, never, type HarnessOptions } from './imap-harness.ts';

const names = (steps: readonly CheckStep[]) => steps.map((step) => step.step);
const verdicts = (steps: readonly CheckStep[]) =>
  Object.fromEntries(
    steps.map(({ step, ok, warning, error }) => [step, error?.code ?? warning ?? ok]),
  );

describeWith(['dovecot', 'openssl'], 'the connection test', () => {
  const dovecot = useServer(() => startDovecot());
  const check = (more: Partial<HarnessOptions>) =>
    imapSource({ port: dovecot().ports.imap, ...more }).check(never);

  it('passes every step, with the number of messages and the time each took', async () => {
    const user = dovecot().freshUser();
    await dovecot().deliver(user, makeMail());
    const steps = await check({ user });
    expect(names(steps)).toEqual(['resolve', 'connect', 'signIn', 'capabilities', 'open']);
    expect(steps.every((step) => step.ok && step.durationMs >= 0)).toBe(true);
    expect(steps.at(-1)?.params).toEqual({ folder: 'INBOX', messages: 1 });
  });

  it.each([
    ['implicit', 'tls', 'imaps'],
    ['starttls', 'startTls', 'imap'],
  ] as const)('shows the certificate met over %s TLS', async (tls, name, port) => {
    const { ports, caPem, certificate } = dovecot();
    const steps = await check({ port: ports[port], tls, trust: { caPem }, host: 'localhost' });
    expect(names(steps)).toEqual(['resolve', 'connect', name, 'signIn', 'capabilities', 'open']);
    expect(steps[2]?.params).toMatchObject({
      protocol: expect.stringMatching(/^TLSv1\.[23]$/) as string,
      issuer: 'Lanceur COLD test authority',
      fingerprint: certificate.fingerprint,
      expires: expect.stringMatching(/^20\d\d-/) as string,
    });
  });

  it('stops at the name that cannot be resolved', async () => {
    const steps = await check({ host: 'mail.invalid' });
    expect(verdicts(steps)).toEqual({ resolve: 'net.nameUnknown' });
  });

  it('stops at the port where nothing listens', async () => {
    const [port = 0] = await freePorts(1);
    expect(verdicts(await check({ port }))).toEqual({ resolve: true, connect: 'net.refused' });
  });

  it('stops at a certificate nobody vouches for', async () => {
    const steps = await check({ port: dovecot().ports.imaps, tls: 'implicit' });
    expect(verdicts(steps)).toEqual({
      ...{ resolve: true, connect: true, tls: 'tls.unknownAuthority' },
    });
  });

  it('stops at the wrong password', async () => {
    const steps = await check({ secret: 'wrong' });
    expect(verdicts(steps)).toMatchObject({ connect: true, signIn: 'imap.passwordRefused' });
  });

  it('stops at the folder that is missing', async () => {
    const steps = await check({ folder: 'Nulle part' });
    expect(verdicts(steps)).toMatchObject({ signIn: true, open: 'imap.folderMissing' });
    expect(steps.at(-1)?.error?.params).toMatchObject({ folder: 'Nulle part' });
  });

  it('looks whether it may move, and whether the target is there', async () => {
    const user = dovecot().freshUser();
    await dovecot().createFolder(user, 'Traité');
    const fate = { kind: 'move', folder: 'Traité' } as const;
    const rejectedFate = { kind: 'move', folder: 'Écarté' } as const;
    const steps = await check({ user, fate, rejectedFate });
    expect(steps.slice(5)).toMatchObject([
      { step: 'mayMove', ok: true, warning: null },
      { step: 'targetFolder', ok: true, warning: null, params: { folder: 'Traité' } },
      {
        step: 'targetFolder',
        ok: true,
        warning: 'imap.targetMissing',
        params: { folder: 'Écarté' },
      },
    ]);
  });

  it('looks whether it may mark or delete', async () => {
    const fate = { kind: 'mark', seen: true, flagged: false, keyword: '$Done' } as const;
    expect(verdicts(await check({ fate }))).toMatchObject({ open: true, mayFlag: true });
    const erase = { kind: 'delete', afterDays: 3 } as const;
    expect(verdicts(await check({ fate: erase }))).toMatchObject({ mayDelete: true });
  });

  it('changes nothing', async () => {
    const user = dovecot().freshUser();
    await dovecot().deliver(user, makeMail());
    await check({ user, fate: { kind: 'move', folder: 'Traité' } });
    expect(await dovecot().folder(user)).toMatchObject([{ flags: [] }]);
    expect(await dovecot().folders(user)).toEqual(['INBOX']);
  });

  it('throws nothing but the wish to stop', async () => {
    const stop = new AbortController();
    stop.abort();
    const source = imapSource({ port: dovecot().ports.imap });
    await expect(source.check(stop.signal)).rejects.toMatchObject({ kind: 'cancelled' });
  });
});

describeWith(['dovecot', 'openssl'], 'the connection test without UIDPLUS', () => {
  const withoutCapabilities = ['UIDPLUS', 'MOVE'];
  const dovecot = useServer(() => startDovecot({ withoutCapabilities }));

  it.each([
    ['mayMove', { kind: 'move', folder: 'Traité' }],
    ['mayDelete', { kind: 'delete', afterDays: 0 }],
  ] as const)('warns at %s that messages will only be marked', async (step, fate) => {
    const steps = await imapSource({ port: dovecot().ports.imap, fate }).check(never);
    expect(verdicts(steps)).toMatchObject({ [step]: 'imap.noUidplus' });
  });
});
