// What the structure alone says about a part that cannot be read as it stands.
import type { ContentFacts } from './content-fields.ts';
import type { MimeProblem } from './mime-types.ts';

export function problemsOf(facts: ContentFacts): readonly MimeProblem['code'][] {
  const { mediaType, parameters } = facts;
  switch (mediaType) {
    case 'multipart/encrypted':
      return ['mail.encryptedPgp'];
    case 'application/pkcs7-mime':
    case 'application/x-pkcs7-mime':
      return /enveloped/i.test(parameters.get('smime-type') ?? '') ? ['mail.encryptedSmime'] : [];
    case 'message/partial':
      return ['mail.partial'];
    case 'message/external-body':
      return ['mail.external'];
    default:
      return [];
  }
}
