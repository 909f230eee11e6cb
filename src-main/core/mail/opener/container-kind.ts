// Which parts of a mail hold documents of their own, and are opened as the launcher says. By name and type: that is all a
// server tells before the part is read.
import type { MailTake } from '#contract/model/mail-take';
import type { MailPart } from '../mail-part.ts';
import { givenName } from '../part-names.ts';

export type ContainerKind = 'tnef' | 'msg' | 'zip' | 'smime';

/** Null: no container, or one that is delivered as it is. */
export function containerKind(part: MailPart, take: MailTake): ContainerKind | null {
  const { mediaType } = part;
  const name = givenName(part).toLowerCase();
  if (/^application\/(?:vnd\.)?ms-tnef$/.test(mediaType) || name === 'winmail.dat') {
    return take.winmail === 'open' ? 'tnef' : null;
  }
  if (mediaType === 'application/vnd.ms-outlook' || name.endsWith('.msg')) {
    return take.outlook === 'open' ? 'msg' : null;
  }
  if (/^application\/(?:x-)?zip(?:-compressed)?$/.test(mediaType) || name.endsWith('.zip')) {
    return take.zip === 'open' ? 'zip' : null;
  }
  if (/^application\/(?:x-)?pkcs7-mime$/.test(mediaType) || name === 'smime.p7m') {
    return take.signed === 'open' && !isKnownEncrypted(part) ? 'smime' : null;
  }
  return null;
}

const isKnownEncrypted = ({ parameters }: MailPart) =>
  /^(?:authenveloped|enveloped)-data$/.test(parameters.get('smime-type')?.toLowerCase() ?? '');
