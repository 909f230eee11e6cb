// Composes a stored message as MIME, the same bytes at every attempt. nodemailer writes it; what could make it write
// something else (line breaks in fields, paths, addresses of its own finding) does not get there.
import { createHash } from 'node:crypto';
import { PassThrough, type Readable } from 'node:stream';
import MailComposer from 'nodemailer/lib/mail-composer';
import type { Recipient } from '#contract/model/outbox';
import type { OutboxEntry } from '../store/outbox-rows.ts';
import { formatAddress, needsUtf8, parseAddress } from './addresses.ts';
import type { ComposedMessage } from './connectors/connector.ts';
import type { AttachmentStore } from './outbox/attachment-store.ts';
import { plainText } from './plain-text.ts';

export type ComposeOptions = {
  readonly entry: OutboxEntry;
  readonly texts: { readonly text: string; readonly html: string };
  /** As it is to stand in From. */
  readonly sender: string;
  readonly files: Pick<AttachmentStore, 'read' | 'whole'>;
  readonly committing: ComposedMessage['committing'];
};

/** Addressed to those who have not got it yet. Throws ConfigError `address.invalid` for the sender. */
export function composeMessage(options: ComposeOptions): ComposedMessage {
  const { entry, texts, files } = options;
  const { message } = entry;
  const sender = parseAddress(options.sender, 'sender');
  const pending = message.recipients.filter((one) => one.state === 'pending');
  const from = formatAddress(sender);
  const subject = oneLine(message.subject);
  const recipients = [...new Set(pending.map((one) => one.address))];
  return {
    messageId: message.messageId,
    envelope: { sender: sender.address, recipients },
    from,
    subject,
    estimatedBytes: estimate(entry, texts),
    needsUtf8: [sender.address, ...recipients].some(needsUtf8),
    committing: options.committing,
    open: () => {
      // Bytes instead of streams where they are few: each stream on the way costs more than to copy them.
      const isSmall = message.sizeBytes <= SMALL_BYTES;
      const root = new MailComposer({
        from: { name: oneLine(sender.name), address: sender.address },
        to: header(message.recipients, 'to'),
        cc: header(message.recipients, 'cc'),
        ...(entry.replyTo === ''
          ? {}
          : { replyTo: mailbox(parseAddress(entry.replyTo, 'replyTo')) }),
        subject,
        messageId: message.messageId,
        date: new Date(message.createdAt),
        text: texts.text === '' && texts.html !== '' ? plainText(texts.html) : texts.text,
        ...(texts.html === '' ? {} : { html: texts.html }),
        attachments: entry.files.map((file) => ({
          filename: oneLine(file.name),
          content: (isSmall ? files.whole(file) : null) ?? files.read(file),
          contentType: contentType(file.mediaType),
          contentTransferEncoding: 'base64',
        })),
        headers: automatic(entry),
        newline: 'win',
        disableFileAccess: true,
        disableUrlAccess: true,
        baseBoundary: createHash('sha256').update(message.messageId).digest('hex').slice(0, 24),
        xMailer: false,
      }).compile();
      return whole(root.createReadStream());
    },
  };
}

/** Replies by machines to machines are a loop (RFC 3834). */
function automatic({ message }: OutboxEntry): Record<string, string> {
  const byMachine = message.asker.kind === 'alarm' || message.asker.kind === 'forward';
  return byMachine ? { 'Auto-Submitted': 'auto-generated' } : {};
}

/** An error of a part is an error of the whole; the composer's own stream passes it on only while it is read. */
function whole(source: Readable): Readable {
  const through = new PassThrough();
  // By hand: `pipeline` makes an exception, with its stack, for each message that ends well (0.1 ms).
  source.once('error', (error) => through.destroy(error));
  through.once('close', () => source.destroy());
  return source.pipe(through);
}

/** Of a message whose attachments lie in memory at once. */
const SMALL_BYTES = 1024 * 1024;

const mailbox = ({ name, address }: { readonly name: string; readonly address: string }) => ({
  name: oneLine(name),
  address,
});

const header = (recipients: readonly Recipient[], kind: Recipient['kind']) =>
  recipients.filter((one) => one.kind === kind).map(mailbox);

const oneLine = (text: string): string => text.replace(/[\p{Cc}\u2028\u2029]+/gu, ' ').trim();

/** A mail as attachment may not be encoded (RFC 2046 5.2.1), and unencoded its long or 8-bit lines would not pass. */
const contentType = (type: string): string =>
  /^[\w.+-]+\/[\w.+-]+$/.test(type) && !/^(?:message|multipart)\//i.test(type)
    ? type
    : 'application/octet-stream';

function estimate({ files }: OutboxEntry, { text, html }: ComposeOptions['texts']): number {
  const bodies = Buffer.byteLength(text) * 1.4 + Buffer.byteLength(html) * 1.7;
  // Base64 in lines of 76 characters with CRLF.
  const attached = files.reduce((sum, one) => sum + one.sizeBytes * ((4 / 3) * (78 / 76)) + 500, 0);
  return Math.ceil(2000 + bodies + attached);
}
