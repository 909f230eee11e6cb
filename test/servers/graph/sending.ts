// The half of the Graph stand-in that sends: sendMail, drafts, attachments, upload sessions. What was sent lies in `sent`, and in
// the sender's Sent Items, some time later if so told (learn.microsoft.com/graph/outlook-things-to-know-about-send-mail).
import { randomBytes } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { describe, needs, type Call, type Reply } from './calls.ts';
import { newId, type Mailbox, type NewMessage, type StoredMessage } from './mailboxes.ts';
import { Refusal } from './query.ts';

export type SentMessage = {
  readonly from: string;
  readonly mailbox: string;
  readonly recipients: readonly string[];
  readonly internetMessageId: string;
  readonly subject: string;
  /** Of a message sent as MIME, or of the draft it began as. */
  readonly mime: Buffer;
  readonly attachments: readonly {
    readonly name: string | null;
    readonly sizeBytes: number;
    readonly contentId: string | null;
  }[];
};

export type Sending = {
  /** What has left, in order. */
  readonly sent: SentMessage[];
  /** 202 all the same: it is delivered to nobody ("it does not indicate that the request processing has completed"). */
  isSwallowing: boolean;
  /** Copies appear in Sent Items only when somebody calls `catchUp`. */
  isLate: boolean;
  readonly catchUp: () => void;
  /** Addresses that Exchange does not resolve. */
  readonly invalid: Set<string>;
  readonly sendMail: (call: Call) => Reply;
  readonly createDraft: (call: Call) => Reply;
  readonly attach: (call: Call, message: StoredMessage, what: string | undefined) => Reply;
  readonly sendDraft: (call: Call, message: StoredMessage) => Reply;
  readonly upload: (url: URL, request: IncomingMessage, body: Buffer) => Reply;
};

type Session = {
  readonly message: StoredMessage;
  readonly item: {
    name: string;
    size: number;
    isInline?: boolean;
    contentId?: string;
    contentType?: string;
  };
  received: number;
  last: Buffer;
};

export function createSending(): Sending {
  const sent: SentMessage[] = [];
  const late: (() => void)[] = [];
  const sessions = new Map<string, Session>();
  const mimes = new WeakMap<StoredMessage, Buffer>();

  const deliver = (call: Call, message: SentMessage, toSentItems: () => void): void => {
    const bad = message.recipients.filter((one) => sending.invalid.has(one));
    if (bad.length > 0 || message.recipients.length === 0) {
      const named = bad.map(
        (one) =>
          `Recipient '${one}' is not resolved. All recipients must be resolved before a message can be submitted.`,
      );
      throw new Refusal(
        400,
        'ErrorInvalidRecipients',
        `At least one recipient is not valid., ${named.join(' ')}`,
      );
    }
    if (call.isOther && !call.mailbox.sendAs.has(call.who.user)) {
      throw new Refusal(
        403,
        'ErrorSendAsDenied',
        'The user account which was used to submit this request does not have the right to send mail on behalf of the specified sending account.',
      );
    }
    if (!sending.isSwallowing) sent.push(message);
    if (sending.isLate) late.push(toSentItems);
    else toSentItems();
  };

  const sending: Sending = {
    sent,
    isSwallowing: false,
    isLate: false,
    catchUp: () => {
      for (const one of late.splice(0)) one();
    },
    invalid: new Set(),

    // learn.microsoft.com/graph/api/user-sendmail
    sendMail: (call) => {
      needs(call, 'send');
      const mime = mimeOf(call);
      const read = readMime(mime);
      const message = sentMessage(call.mailbox, read, mime, []);
      deliver(call, message, () => void call.mailbox.add({ ...read, folder: 'sentitems', mime }));
      return { status: 202 };
    },

    // learn.microsoft.com/graph/api/user-post-messages, …/outlook-send-mime-message
    createDraft: (call) => {
      const mime = mimeOf(call);
      const draft = call.mailbox.add({ ...readMime(mime), folder: 'drafts', mime, isDraft: true });
      mimes.set(draft, mime);
      return { status: 201, json: describe(call, draft) };
    },

    // learn.microsoft.com/graph/api/message-post-attachments (under 3 MB), …/attachment-createuploadsession (3 to 150 MB)
    attach: (call, message, what) => {
      const given = JSON.parse(call.body.toString()) as Record<string, unknown> & {
        contentBytes?: string;
      };
      if (what === 'createUploadSession') {
        const item = given['AttachmentItem'] as Session['item'];
        if (item.size > 150 * 1024 * 1024)
          throw new Refusal(
            413,
            'ErrorAttachmentSizeLimitExceeded',
            'The attachment is too large.',
          );
        const token = randomBytes(12).toString('hex');
        sessions.set(token, { message, item, received: 0, last: Buffer.alloc(0) });
        const uploadUrl = `${call.origin}/upload/${token}?authtoken=${token}`;
        return {
          status: 201,
          json: {
            uploadUrl,
            expirationDateTime: '2027-01-01T00:00:00Z',
            nextExpectedRanges: ['0-'],
          },
        };
      }
      const content = Buffer.from(given.contentBytes ?? '', 'base64');
      if (content.length >= 3 * 1024 * 1024) {
        throw new Refusal(
          413,
          'ErrorAttachmentSizeShouldNotBeMoreThanMaximum',
          'Use an upload session.',
        );
      }
      addAttachment(message, {
        name: String(given['name']),
        size: content.length,
        ...(given['isInline'] === true
          ? { isInline: true, contentId: String(given['contentId']) }
          : {}),
      });
      return { status: 201, json: { id: message.attachments.at(-1)?.id } };
    },

    // learn.microsoft.com/graph/api/message-send
    sendDraft: (call, message) => {
      needs(call, 'send');
      if (!message.isDraft)
        throw new Refusal(
          404,
          'ErrorItemNotFound',
          'The specified object was not found in the store.',
        );
      const mime = mimes.get(message) ?? Buffer.alloc(0);
      const attachments = message.attachments.map(({ name, content, contentId }) => ({
        name,
        contentId,
        sizeBytes: Buffer.isBuffer(content) ? content.length : content.sizeBytes,
      }));
      deliver(call, sentMessage(call.mailbox, readMime(mime), mime, attachments), () => {
        // "You can use immutable IDs to find a message in the Sent Items folder after it has been sent."
        message.isDraft = false;
        call.mailbox.move(
          message,
          call.mailbox.folder('sentitems')?.id ?? '',
          new Date().toISOString(),
        );
      });
      if (sending.isLate)
        call.mailbox.move(
          message,
          call.mailbox.folder('outbox')?.id ?? '',
          new Date().toISOString(),
        );
      return { status: 202 };
    },

    // learn.microsoft.com/graph/outlook-large-attachments
    upload: (url, request, body) => {
      const token = url.pathname.split('/')[2] ?? '';
      const session = sessions.get(token);
      // "Do not specify an Authorization request header."
      if (request.headers.authorization !== undefined)
        throw new Refusal(401, 'Unauthorized', 'Authorization header on an upload address.');
      if (!session || url.searchParams.get('authtoken') !== token)
        throw new Refusal(404, 'ErrorItemNotFound', 'No such session.');
      const state = () => ({
        expirationDateTime: '2027-01-01T00:00:00Z',
        nextExpectedRanges: [String(session.received)],
      });
      if (request.method === 'GET') return { status: 200, json: state() };
      if (request.method === 'DELETE') {
        sessions.delete(token);
        return { status: 204 };
      }
      const range = /^bytes (\d+)-(\d+)\/(\d+)$/.exec(
        String(request.headers['content-range'] ?? ''),
      );
      const [from, to, total] = (range ?? []).slice(1).map(Number);
      const isWrong =
        from !== session.received ||
        total !== session.item.size ||
        to === undefined ||
        to - from + 1 !== body.length;
      // "You must upload bytes in a file in order."
      if (isWrong) throw new Refusal(416, 'InvalidRange', `Expected ${session.received}.`);
      session.received += body.length;
      if (session.received < session.item.size) return { status: 200, json: state() };
      sessions.delete(token);
      addAttachment(session.message, session.item);
      return { status: 201, headers: { location: `${url.origin}/attachments('x')` } };
    },
  };
  return sending;
}

function addAttachment(message: StoredMessage, item: Session['item']): void {
  message.attachments.push({
    id: newId('AAkAATT'),
    kind: 'file',
    name: item.name,
    contentType: item.contentType ?? null,
    isInline: item.isInline ?? false,
    contentId: item.contentId ?? null,
    content: { sizeBytes: item.size, block: Buffer.alloc(65_536) },
  });
}

/** learn.microsoft.com/graph/api/user-sendmail#example-4: base64, text/plain. */
function mimeOf({ contentType, body }: Call): Buffer {
  if (!contentType.startsWith('text/plain'))
    throw new Refusal(400, 'BadRequest', 'The stand-in takes MIME only.');
  const text = body.toString('latin1');
  if (text === '' || /[^A-Za-z0-9+/=\r\n]/.test(text)) {
    throw new Refusal(
      400,
      'ErrorMimeContentInvalidBase64String',
      'Invalid base64 string for MIME content.',
    );
  }
  return Buffer.from(text, 'base64');
}

function readMime(mime: Buffer): NewMessage & { readonly to: readonly string[] } {
  const [head = ''] = mime.toString('latin1').split('\r\n\r\n', 1);
  const headers = new Map<string, string>();
  for (const line of head.replace(/\r\n[ \t]+/g, ' ').split('\r\n')) {
    const at = line.indexOf(':');
    if (at > 0) headers.set(line.slice(0, at).toLowerCase(), line.slice(at + 1).trim());
  }
  const addresses = (name: string) =>
    (headers.get(name) ?? '').match(/[^\s<>,;"]+@[^\s<>,;"]+/g) ?? [];
  return {
    subject: headers.get('subject') ?? '',
    from: addresses('from')[0] ?? '',
    to: addresses('to'),
    cc: addresses('cc'),
    bcc: addresses('bcc'),
    internetMessageId:
      headers.get('message-id') ?? `<made-${randomBytes(6).toString('hex')}@exchange>`,
    headers,
  };
}

function sentMessage(
  mailbox: Mailbox,
  read: ReturnType<typeof readMime>,
  mime: Buffer,
  attachments: SentMessage['attachments'],
): SentMessage {
  return {
    from: read.from ?? '',
    mailbox: mailbox.address,
    recipients: [...read.to, ...(read.cc ?? []), ...(read.bcc ?? [])],
    internetMessageId: read.internetMessageId ?? '',
    subject: read.subject ?? '',
    mime,
    attachments,
  };
}
