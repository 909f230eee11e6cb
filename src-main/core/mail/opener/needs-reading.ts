// Whether the structure a server tells of a mail is enough to know its documents, or whether the mail must be read: for containers
// that are to be opened, for a body that is to be made, and for files that may stand inside of a text.
import type { MailTake } from '#contract/model/mail-take';
import type { MailPart } from '../mail-part.ts';
import { DEFAULT_LIMITS } from '../mime/limits.ts';
import { wantsAttachments, wantsBody } from '../offers.ts';
import { givenName } from '../part-names.ts';
import { normalEncoding } from '../transfer-decoder.ts';
import { containerKind } from './container-kind.ts';

/** The shortest uuencoded file with its two lines. */
const SHORTEST_FILE = 40;

export function needsReading(root: MailPart, take: MailTake): boolean {
  if (wantsBody(take) && take.bodyAs !== 'asSent') return true;
  if (!wantsAttachments(take)) return false;
  const leaves = leavesOf(root);
  // More than anybody sends: the reader refuses it, and keeps it.
  return leaves.length > DEFAULT_LIMITS.parts || leaves.some((leaf) => isUnclear(leaf, root, take));
}

function isUnclear(leaf: MailPart, root: MailPart, take: MailTake): boolean {
  if (containerKind(leaf, take) !== null) return true;
  if (leaf.mediaType === 'message/rfc822' || leaf.mediaType === 'message/global') {
    // Delivered too: Dovecot hands out a line end too many where a multipart ends inside (BODY of an enclosed message).
    return take.forwarded !== 'ignore';
  }
  const isNamed = givenName(leaf) !== '';
  if (leaf.mediaType === 'text/plain' && !isNamed && leaf.disposition !== 'attachment') {
    return mayHoldFiles(leaf, root);
  }
  // An attachment of no bytes is one that the server could not find the beginning of; a nameless one of no type will be named
  // after its content.
  return isNamed ? leaf.encodedBytes === 0 : leaf.mediaType === 'application/octet-stream';
}

/**
 * uuencode and yEnc stand in texts as they are. Programs that write them know little of MIME: the text is the whole mail, or says
 * no charset (which servers tell as US-ASCII).
 */
function mayHoldFiles(text: MailPart, root: MailPart): boolean {
  if (text.encodedBytes < SHORTEST_FILE) return false;
  if (/^(?:base64|quoted-printable)$/.test(normalEncoding(text.encoding))) return false;
  const charset = text.parameters.get('charset')?.toLowerCase() ?? '';
  return text === root || charset === '' || charset === 'us-ascii';
}

function leavesOf(part: MailPart): readonly MailPart[] {
  return part.children.length === 0 ? [part] : part.children.flatMap(leavesOf);
}
