// The certificates that a server showed, its own first, as facts for people.
import type { X509Certificate } from 'node:crypto';
import type { TlsCertificate } from '#contract/model/tls-inspection';
import { isoDate, namesIn, oneLineName } from './tls-errors.ts';

/** No real chain is longer; one that goes in a circle ends here. */
const MAX_LENGTH = 10;

export function certificatesOf(leaf: X509Certificate | undefined): TlsCertificate[] {
  const chain: TlsCertificate[] = [];
  for (
    let at = leaf;
    at !== undefined && chain.length < MAX_LENGTH && !isIn(chain, at);
    at = at.issuerCertificate
  ) {
    chain.push(facts(at));
  }
  return chain;
}

const isIn = (chain: readonly TlsCertificate[], one: X509Certificate): boolean =>
  chain.some(({ fingerprint }) => fingerprint === one.fingerprint256);

function facts(one: X509Certificate): TlsCertificate {
  return {
    subject: oneLineName(one.subject),
    issuer: oneLineName(one.issuer),
    names: namesIn(one.subjectAltName),
    validFrom: isoDate(one.validFrom),
    validTo: isoDate(one.validTo),
    fingerprint: one.fingerprint256,
    isAuthority: one.ca,
    isSelfSigned: one.checkIssued(one),
    pem: one.toString(),
  };
}
