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
};

/** Throws ConfigError `microsoft.badCertificate`, `microsoft.certificateExpired`, field `secret`. */
export function readCertificate(pem: string, now: Date): ApplicationCertificate {
  const certificate = certificateIn(pem);
  const key = keyIn(pem);
  if (!certificate.checkPrivateKey(key)) throw bad('mismatch');
  const until = certificate.validToDate;
  if (until < now) {
    const params = { until: until.toISOString().slice(0, 10) };
    throw new ConfigError('microsoft.certificateExpired', params, { field: 'secret' });
  }
  return {
    thumbprintSha256: certificate.fingerprint256.replaceAll(':', ''),
    privateKey: key.export({ format: 'pem', type: 'pkcs8' }).toString(),
    x5c: certificate.toString(),
  };
}

function certificateIn(pem: string): X509Certificate {
  const block = /-----BEGIN CERTIFICATE-----[^-]*-----END CERTIFICATE-----/.exec(pem)?.[0];
  if (block === undefined) throw bad('no BEGIN CERTIFICATE');
  try {
    return new X509Certificate(block);
  } catch (thrown) {
    throw bad(messageOf(thrown), thrown);
  }
}

function keyIn(pem: string): KeyObject {
  const block = /-----BEGIN ([A-Z ]*PRIVATE KEY)-----[^]*?-----END \1-----/.exec(pem)?.[0];
  if (block === undefined) throw bad('no BEGIN PRIVATE KEY');
  try {
    return createPrivateKey(block);
  } catch (thrown) {
    throw bad(messageOf(thrown), thrown);
  }
}

const bad = (detail: string, cause?: unknown) =>
  new ConfigError('microsoft.badCertificate', { detail }, { cause, field: 'secret' });

const messageOf = (thrown: unknown) => (thrown instanceof Error ? thrown.message : String(thrown));
