// The key and certificate by which an application signs in: taken out of one PEM text, and checked before Microsoft is
// asked, since its refusal would not say which of the two is wrong.
import { createPrivateKey, X509Certificate, type KeyObject } from 'node:crypto';
import { ConfigError } from '../../errors.ts';

export type ApplicationCertificate = {
  /** SHA-256 of the certificate, hex. */
  readonly thumbprintSha256: string;
  /** PKCS #8, PEM. */
  readonly privateKey: string;
  /** PEM of the certificate. */
  readonly x5c: string;
  readonly endsAt: Date;
};

/** Throws ConfigError `microsoft.badCertificate`, `microsoft.certificateExpired`, field `secret`. */
export function readCertificate(pem: string, now: Date): ApplicationCertificate {
  const certificates = certificatesIn(pem);
  const key = keyIn(pem);
  // Its authorities may stand beside it, before or after.
  const certificate = certificates.find((one) => one.checkPrivateKey(key));
  if (certificate === undefined) throw bad('mismatch');
  const endsAt = certificate.validToDate;
  if (endsAt < now) {
    const params = { until: endsAt.toISOString().slice(0, 10) };
    throw new ConfigError('microsoft.certificateExpired', params, { field: 'secret' });
  }
  return {
    thumbprintSha256: certificate.fingerprint256.replaceAll(':', ''),
    privateKey: key.export({ format: 'pem', type: 'pkcs8' }).toString(),
    x5c: certificate.toString(),
    endsAt,
  };
}

function certificatesIn(pem: string): X509Certificate[] {
  const blocks = pem.match(/-----BEGIN CERTIFICATE-----[^-]*-----END CERTIFICATE-----/g);
  if (blocks === null) throw bad('no BEGIN CERTIFICATE');
  try {
    return blocks.map((block) => new X509Certificate(block));
  } catch (thrown) {
    throw bad(messageOf(thrown), thrown);
  }
}

function keyIn(pem: string): KeyObject {
  const block = /-----BEGIN ([A-Z ]*PRIVATE KEY)-----[^]*?-----END \1-----/.exec(pem)?.[0];
  if (block === undefined) throw bad('no BEGIN PRIVATE KEY');
  let key: KeyObject;
  try {
    key = createPrivateKey(block);
  } catch (thrown) {
    throw bad(messageOf(thrown), thrown);
  }
  // Entra takes no other (learn.microsoft.com/entra/identity-platform/certificate-credentials).
  if (key.asymmetricKeyType !== 'rsa') throw bad(`${key.asymmetricKeyType ?? ''} key, not RSA`);
  return key;
}

const bad = (detail: string, cause?: unknown) =>
  new ConfigError('microsoft.badCertificate', { detail }, { cause, field: 'secret' });

const messageOf = (thrown: unknown) => (thrown instanceof Error ? thrown.message : String(thrown));
