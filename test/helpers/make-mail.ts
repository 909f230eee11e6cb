// Raw mails (RFC 5322, CRLF) from a short description; the same description gives the same bytes.
import { createHash } from 'node:crypto';
import { dispositionHeaders, encodedWord, type NameForm } from './mail-names.ts';

export type MailAttachment = {
  readonly content: Buffer | string;
  readonly name?: string;
  /** How the name stands in the header; default `plain` for ASCII, else `rfc2231`. */
  readonly nameForm?: NameForm;
  /** Default application/octet-stream. */
  readonly type?: string;
  /** Default attachment; `none` leaves the header out. */
  readonly disposition?: 'attachment' | 'inline' | 'none';
  /** Default base64. 7bit, 8bit and binary put the content in as it is. */
  readonly encoding?: 'base64' | 'quoted-printable' | '7bit' | '8bit' | 'binary';
  readonly contentId?: string;
};

export type MailOptions = {
  readonly from?: string;
  readonly to?: string;
  readonly subject?: string;
  readonly date?: Date;
  /** With its angle brackets. Default: derived from everything else. */
  readonly messageId?: string;
  /** Further header lines, in this order, after the usual ones. */
  readonly headers?: readonly (readonly [name: string, value: string])[];
  readonly text?: string;
  readonly html?: string;
  /** Pictures of the html: parts of a multipart/related. */
  readonly inlineImages?: readonly MailAttachment[];
  readonly attachments?: readonly MailAttachment[];
};

type Entity = { readonly headers: readonly string[]; readonly body: Buffer };

export function makeMail(options: MailOptions = {}): Buffer {
  const entity = structure(options);
  const { from = 'Jean Dupont <jean@example.org>', to = 'collect@example.net' } = options;
  const { subject = 'Facture', date = new Date('2026-01-05T08:00:00Z') } = options;
  const id = hash(subject, from, to, date.toISOString(), ...entity.headers, entity.body);
  const headers = [
    `From: ${encodedWord(from)}`,
    `To: ${encodedWord(to)}`,
    `Subject: ${encodedWord(subject)}`,
    `Date: ${date.toUTCString().replace('GMT', '+0000')}`,
    `Message-ID: ${options.messageId ?? `<${id}@mail.example.org>`}`,
    ...(options.headers ?? []).map(([name, value]) => `${name}: ${value}`),
    'MIME-Version: 1.0',
  ];
  return render({ headers: [...headers, ...entity.headers], body: entity.body });
}

/** A mail as an attachment of another: message/rfc822, as `Forward as attachment` makes it. */
export function nestedMail(raw: Buffer, name?: string): MailAttachment {
  const named = name === undefined ? {} : { name };
  return { content: raw, type: 'message/rfc822', encoding: '8bit', ...named };
}

function structure(options: MailOptions): Entity {
  const text = options.text ?? (options.html === undefined ? 'Bonjour,\n\nci-joint.\n' : undefined);
  const bodies = [
    ...(text === undefined ? [] : [textEntity('plain', text)]),
    ...(options.html === undefined ? [] : [textEntity('html', options.html)]),
  ];
  const written = multipart('alternative', bodies);
  const images = (options.inlineImages ?? []).map((image) =>
    attachmentEntity({ disposition: 'inline', ...image }),
  );
  const shown = multipart('related', [written, ...images]);
  return multipart('mixed', [shown, ...(options.attachments ?? []).map(attachmentEntity)]);
}

/** A single part needs no envelope. */
function multipart(kind: 'mixed' | 'alternative' | 'related', parts: readonly Entity[]): Entity {
  const [only] = parts;
  if (only !== undefined && parts.length === 1) return only;
  const rendered = parts.map(render);
  const boundary = `=_${kind}_${hash(...rendered).slice(0, 16)}`;
  const body = [
    ...rendered.flatMap((part) => [Buffer.from(`--${boundary}\r\n`), part, Buffer.from('\r\n')]),
    Buffer.from(`--${boundary}--\r\n`),
  ];
  return {
    headers: [`Content-Type: multipart/${kind};\r\n boundary="${boundary}"`],
    body: Buffer.concat(body),
  };
}

function textEntity(subtype: 'plain' | 'html', text: string): Entity {
  return {
    headers: [
      `Content-Type: text/${subtype}; charset=utf-8`,
      'Content-Transfer-Encoding: quoted-printable',
    ],
    body: quotedPrintable(Buffer.from(text.replace(/\r?\n/g, '\r\n'))),
  };
}

function attachmentEntity(attachment: MailAttachment): Entity {
  const { type = 'application/octet-stream', encoding = 'base64' } = attachment;
  const content = Buffer.from(attachment.content);
  const { disposition = 'attachment', name, nameForm, contentId } = attachment;
  return {
    headers: [
      ...dispositionHeaders({ type, disposition, name, nameForm }),
      `Content-Transfer-Encoding: ${encoding}`,
      ...(contentId === undefined ? [] : [`Content-ID: <${contentId}>`]),
    ],
    body: encode(content, encoding),
  };
}

function encode(content: Buffer, encoding: NonNullable<MailAttachment['encoding']>): Buffer {
  if (encoding === 'base64') {
    return Buffer.from(content.toString('base64').replace(/.{76}(?=.)/g, '$&\r\n') + '\r\n');
  }
  return encoding === 'quoted-printable' ? quotedPrintable(content) : content;
}

// RFC 2045 §6.7. CRLF stays a line end, so the content must be text.
function quotedPrintable(content: Buffer): Buffer {
  const lines = content.toString('latin1').split('\r\n').map(quotedPrintableLine);
  return Buffer.from(lines.join('\r\n'), 'latin1');
}

function quotedPrintableLine(line: string): string {
  const units = Array.from(line, (c, i) => {
    const isBlank = c === ' ' || c === '\t';
    const isPlain = isBlank ? i < line.length - 1 : /[!-<>-~]/.test(c);
    return isPlain ? c : hexByte(c);
  });
  let [out, column] = ['', 0];
  for (const unit of units) {
    if (column + unit.length > 75) [out, column] = [`${out}=\r\n`, 0];
    out += unit;
    column += unit.length;
  }
  return out;
}

const hexByte = (c: string) => `=${c.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`;

// Headers may hold raw latin-1 bytes (names of the form `raw-latin1`); they are ready bytes as latin1 text.
function render(entity: Entity): Buffer {
  return Buffer.concat([
    Buffer.from(`${entity.headers.join('\r\n')}\r\n\r\n`, 'latin1'),
    entity.body,
  ]);
}

function hash(...parts: readonly (string | Buffer)[]): string {
  const sum = createHash('sha256');
  for (const part of parts) sum.update(part);
  return sum.digest('hex').slice(0, 24);
}
