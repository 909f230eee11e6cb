// A large composed message taken apart for a draft: its header and texts as a small message, its attachments one by one
// in a spool. In one pass and bounded memory.
import type { MimeLeaf } from '../../../mail/mime/mime-types.ts';
import { createMimeParser } from '../../../mail/mime/mime-parser.ts';
import { extensionOf } from '../../../mail/part-names.ts';
import { createMailSpool, type Piece, type Spooling } from '../../../mail/opener/mail-spool.ts';
import { fieldsOf, nameOf, type AddressedMime } from './addressed-mime.ts';

export type SplitAttachment = {
  readonly name: string;
  readonly mediaType: string;
  /** Empty where nothing in the text shows it. */
  readonly contentId: string;
  readonly piece: Piece;
};

export type SplitMime = {
  /** A whole message, without the attachments. */
  readonly skeleton: Buffer;
  readonly attachments: readonly SplitAttachment[];
  /** Removes what was spooled. Never throws. */
  readonly close: () => Promise<void>;
};

type Text = { readonly leaf: MimeLeaf; readonly spooling: Spooling };
type WrittenText = { readonly leaf: MimeLeaf; readonly piece: Piece };

const LINE = 76;
/** Twice in base64 these are below 4 MB. */
const TEXT_BYTES = 1_500_000;

export async function splitMime(mime: AddressedMime, spoolDir: string): Promise<SplitMime> {
  const spool = createMailSpool(spoolDir);
  try {
    const texts: Text[] = [];
    const files: Text[] = [];
    const parser = createMimeParser({
      leaf: (leaf) => {
        const spooling = spool.begin();
        (isText(leaf) ? texts : files).push({ leaf, spooling });
        return spooling;
      },
    });
    await parser.write(Buffer.from(`${mime.head}\r\n\r\n`, 'latin1'));
    for await (const chunk of mime.body) await parser.write(chunk);
    await parser.end();
    const written: WrittenText[] = [];
    const attachments: SplitAttachment[] = [];
    let left = TEXT_BYTES;
    for (const { leaf, spooling } of texts) {
      const piece = await spooling.piece;
      left -= piece.sizeBytes;
      if (left >= 0) written.push({ leaf, piece });
      // What does not fit into the request that makes the draft goes along as a file.
      else attachments.push({ ...described(leaf, 0), name: textName(leaf), piece });
    }
    for (const [index, { leaf, spooling }] of files.entries()) {
      attachments.push({ ...described(leaf, index), piece: await spooling.piece });
    }
    const skeleton = await skeletonOf(mime.head, written);
    return { skeleton, attachments, close: () => spool.close() };
  } catch (thrown) {
    mime.close();
    await spool.close();
    throw thrown;
  }
}

const isText = ({ part, name }: MimeLeaf) =>
  name === '' &&
  part.disposition !== 'attachment' &&
  (part.mediaType === 'text/plain' || part.mediaType === 'text/html');

function described({ part, name }: MimeLeaf, index: number) {
  const { mediaType, disposition } = part;
  const invented = `document-${index + 1}.${extensionOf(mediaType)}`;
  const contentId = disposition === 'attachment' ? '' : part.contentId.replace(/[<>]/g, '');
  return { name: name === '' ? invented : name, mediaType, contentId };
}

const textName = ({ part }: MimeLeaf) =>
  part.mediaType === 'text/html' ? 'message.html' : 'message.txt';

async function skeletonOf(head: string, texts: readonly WrittenText[]): Promise<Buffer> {
  const boundary = '=_lanceur_cold_alternative';
  const fields = fieldsOf(head).filter((field) => !nameOf(field).startsWith('content-'));
  const parts: string[] = [];
  for (const { leaf, piece } of texts) {
    const bytes: Buffer[] = [];
    for await (const block of piece.blocks(new AbortController().signal)) bytes.push(block);
    const charset = leaf.charset === '' ? 'utf-8' : leaf.charset;
    const type = `Content-Type: ${leaf.part.mediaType}; charset=${charset}`;
    parts.push(
      `${type}\r\nContent-Transfer-Encoding: base64\r\n\r\n${lines(Buffer.concat(bytes))}`,
    );
  }
  const [only = 'Content-Type: text/plain\r\n\r\n'] = parts;
  const body =
    parts.length <= 1
      ? only
      : [
          `Content-Type: multipart/alternative; boundary="${boundary}"\r\n`,
          ...parts.map((part) => `--${boundary}\r\n${part}`),
          `--${boundary}--\r\n`,
        ].join('\r\n');
  return Buffer.from(`${fields.join('\r\n')}\r\n${body}`, 'latin1');
}

function lines(bytes: Buffer): string {
  const text = bytes.toString('base64');
  return (text.match(new RegExp(`.{1,${LINE}}`, 'g')) ?? []).join('\r\n');
}
