// Messages of the scripted servers: raw bytes together with what IMAP says about their structure.
import { makeMail, type MailOptions } from '../helpers/make-mail.ts';

export type ScriptedMessage = {
  readonly uid: number;
  readonly raw: Buffer;
  readonly flags: readonly string[];
  /** The BODYSTRUCTURE, parentheses included. */
  readonly bodyStructure: string;
  /** Encoded content by part number, and headers as `1.MIME`; HEADER, TEXT and '' are taken from raw. */
  readonly parts: Readonly<Record<string, Buffer>>;
};

export type OneAttachment = {
  readonly uid: number;
  readonly name: string;
  readonly content: Buffer | string;
  readonly subject?: string;
  readonly flags?: readonly string[];
};

/** A short text and one base64 attachment with an ASCII name. */
export function oneAttachmentMessage(attachment: OneAttachment): ScriptedMessage {
  const { uid, name, content, subject = `Message ${uid}`, flags = [] } = attachment;
  const mail: MailOptions = { subject, text: 'ci-joint\n', attachments: [{ name, content }] };
  const raw = makeMail(mail);
  const [textPart, filePart] = leaves(raw);
  if (textPart === undefined || filePart === undefined)
    throw new Error('makeMail made no two parts');
  const [text, file] = [textPart.body, filePart.body];
  const lines = text.toString('latin1').split('\n').length;
  const textLine =
    `("TEXT" "PLAIN" ("CHARSET" "utf-8") NIL NIL "QUOTED-PRINTABLE" ` +
    `${text.length} ${lines} NIL NIL NIL NIL)`;
  const fileLine =
    `("APPLICATION" "OCTET-STREAM" ("NAME" "${name}") NIL NIL "BASE64" ${file.length} NIL ` +
    `("ATTACHMENT" ("FILENAME" "${name}")) NIL NIL)`;
  return {
    ...{ uid, raw, flags },
    bodyStructure: `(${textLine}${fileLine} "MIXED" ("BOUNDARY" "x") NIL NIL NIL)`,
    parts: { '1': text, '1.MIME': textPart.header, '2': file, '2.MIME': filePart.header },
  };
}

/** The parts of a multipart/mixed without nesting, still encoded. */
function leaves(raw: Buffer): { readonly header: Buffer; readonly body: Buffer }[] {
  const text = raw.toString('latin1');
  const boundary = /boundary="([^"]+)"/.exec(text)?.[1] ?? '';
  return text
    .split(`--${boundary}`)
    .slice(1, -1)
    .map((part) => {
      const bodyAt = part.indexOf('\r\n\r\n') + 4;
      return {
        header: Buffer.from(part.slice(2, bodyAt), 'latin1'),
        body: Buffer.from(part.slice(bodyAt, -2), 'latin1'),
      };
    });
}
