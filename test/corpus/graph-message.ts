// A mail as Exchange keeps it and Graph tells of it: its texts are the message's body, everything else is an attachment, an enclosed
// mail an item with its own MIME; of a mail signed in the open it shows one `smime.p7m` that holds all of it. What Exchange decodes is
// decoded by this program's own parser here: what is put to the test is the way through Graph, not the parser once more.
import type { MimeLeaf } from '#core/mail/mime/mime-types';
import { createMimeParser } from '#core/mail/mime/mime-parser';
import type { NewAttachment, NewMessage } from '../servers/graph/mailboxes.ts';

const CHUNK_BYTES = 65_536;

export async function graphMessage(raw: Buffer): Promise<NewMessage> {
  const found: { readonly leaf: MimeLeaf; readonly chunks: Buffer[] }[] = [];
  let isInvitation = false;
  const parser = createMimeParser({
    leaf(leaf) {
      isInvitation ||= leaf.part.mediaType === 'text/calendar';
      if (isText(leaf)) return null;
      const chunks: Buffer[] = [];
      found.push({ leaf, chunks });
      return {
        write(chunk) {
          chunks.push(chunk);
          return undefined;
        },
        end: () => undefined,
      };
    },
  });
  try {
    for (let at = 0; at < raw.length; at += CHUNK_BYTES) {
      await parser.write(raw.subarray(at, at + CHUNK_BYTES));
    }
    const { header, root } = await parser.end();
    const isSigned = root.mediaType === 'multipart/signed';
    const attachments = found.map(({ leaf, chunks }) => attachment(leaf, Buffer.concat(chunks)));
    return {
      mime: raw,
      subject: header.subject,
      attachments: isSigned ? [signed(raw)] : attachments,
      ...(isInvitation ? { type: '#microsoft.graph.eventMessageRequest' } : {}),
    };
  } catch {
    // More parts than anybody sends: shown so that the program reads it, and refuses it itself.
    return { mime: raw, subject: '', attachments: [signed(raw)] };
  }
}

const isText = ({ part, name }: MimeLeaf) =>
  /^text\/(?:plain|html|calendar)$/.test(part.mediaType) &&
  name === '' &&
  part.disposition !== 'attachment';

function attachment({ part, name, parents }: MimeLeaf, content: Buffer): NewAttachment {
  const isMessage = part.mediaType === 'message/rfc822' || part.mediaType === 'message/global';
  const isRelated = parents.some(({ mediaType }) => mediaType === 'multipart/related');
  return {
    kind: isMessage ? 'item' : 'file',
    name: isMessage ? part.subject || null : name || null,
    contentType: isMessage ? null : part.mediaType,
    isInline: isRelated && part.contentId !== '' && part.disposition !== 'attachment',
    contentId: part.contentId || null,
    content,
  };
}

/** The whole body of the mail under the name of the other kind of signature. */
const signed = (raw: Buffer): NewAttachment => ({
  name: 'smime.p7m',
  contentType: 'multipart/signed',
  content: raw,
});
