// What a secured connection showed of itself, for the steps of a check.
import type { ErrorParams } from '#contract/error-codes';
import type { Link } from './link.ts';
import { commonName } from './tls-errors.ts';

/** Empty for a clear connection. */
export function tlsFacts(link: Link | null): ErrorParams {
  const secured = link?.secured();
  if (!secured) return {};
  const { protocol, certificate } = secured;
  const expiry = new Date(certificate.validTo);
  return {
    protocol,
    issuer: commonName(certificate.issuer),
    subject: commonName(certificate.subject),
    expires: Number.isNaN(expiry.getTime()) ? certificate.validTo : expiry.toISOString(),
    fingerprint: certificate.fingerprint256,
  };
}
