// Microsoft as an application: a certificate instead of a person.
import { execFileSync } from 'node:child_process';
import { expect, it, onTestFinished } from 'vitest';
import { readCertificate } from '#core/accounts/microsoft/certificate';
import type { AppError } from '#core/errors';
import { describeWith } from '../../../servers/required.ts';
import { startEntra } from '../../../servers/graph/entra.ts';
import { testCertificates } from '../../../servers/certificates.ts';
import { microsoftAccount } from './microsoft-harness.ts';
import { outcomeOf } from '../../../helpers/outcome-of.ts';

const now = new Date('2026-01-05T08:00:00Z');

function makeKeyAndCertificate(): string {
  const args = [
    'req',
    '-x509',
    '-newkey',
    'rsa:2048',
    '-nodes',
    '-days',
    '3650',
    '-subj',
    '/CN=lanceur',
  ];
  return execFileSync('openssl', [...args, '-keyout', '-', '-out', '-'], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  });
}

const codeOf = (work: () => unknown): string => {
  try {
    work();
    return 'fine';
  } catch (thrown) {
    return (thrown as AppError).code;
  }
};

describeWith(['openssl'], 'an application account', () => {
  it('signs in with its certificate, and asks again only when it must', async () => {
    const entra = await startEntra();
    onTestFinished(() => entra.stop());
    const account = microsoftAccount(entra, {
      method: 'microsoftApp',
      secret: makeKeyAndCertificate(),
    });

    const first = await account.token();
    const second = await account.token();
    const third = await account.token('graph', first.token);

    expect([first.isFresh, second.isFresh, third.isFresh]).toEqual([true, false, true]);
    const form = entra.requests.find(({ path }) => path.endsWith('/token'))?.form;
    expect(form).toMatchObject({
      grant_type: 'client_credentials',
      client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
    });
  });

  it.each([
    [{ oauth: { tenant: '' } }, 'config microsoft.tenantNeeded'],
    [{ oauth: { clientId: '' } }, 'config microsoft.clientIdNeeded'],
    [{ secret: 'no pem at all' }, 'config microsoft.badCertificate'],
  ])('says what is missing: %j', async (options, expected) => {
    const entra = await startEntra();
    onTestFinished(() => entra.stop());
    const secret = makeKeyAndCertificate();
    const account = microsoftAccount(entra, { method: 'microsoftApp', secret, ...options });

    expect(await outcomeOf(account.token())).toBe(expected);
  });

  it('tells a key of another certificate, and a certificate that has expired', async () => {
    const { good } = await testCertificates();
    const pem = makeKeyAndCertificate();
    const [key = '', own = ''] = pem.split(/(?=-----BEGIN CERTIFICATE)/);

    expect(codeOf(() => readCertificate(pem, now))).toBe('fine');
    expect(codeOf(() => readCertificate(key + good.certPem, now))).toBe('microsoft.badCertificate');
    expect(codeOf(() => readCertificate(own + key, new Date('2999-01-01')))).toBe(
      'microsoft.certificateExpired',
    );
  });

  it('finds the certificate of the key among those of its authorities, and wants an RSA key', async () => {
    const { good, caPem } = await testCertificates();

    expect(codeOf(() => readCertificate(caPem + makeKeyAndCertificate(), now))).toBe('fine');
    expect(codeOf(() => readCertificate(good.keyPem + good.certPem, now))).toBe(
      'microsoft.badCertificate',
    );
  });
});
