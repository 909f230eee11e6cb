// winmail.dat: what Outlook makes of attachments for its own kind (MS-OXTNEF). Read attribute by attribute; a stated
// length beyond the end costs nothing, and what a cut leaves incomplete is left out and told.
import { RefusedError } from '../../errors.ts';
import { readUpTo, sliceOf, type ByteSource } from './byte-source.ts';
import type { Contained, ContainedText, ContainerProblem, OpenedContainer } from './contained.ts';
import { ATTACH_METHOD, MAPI, mapiSender, mapiText, mapiTime, MAPI_TYPE } from './mapi-values.ts';
import { readProperties, u32, type TnefProperty } from './tnef-properties.ts';

const SIGNATURE = 0x223e9f78;
const ATTRIBUTE = {
  subject: 0x00018004,
  attachTitle: 0x00018010,
  attachData: 0x0006800f,
  attachStart: 0x00069002,
  messageProperties: 0x00069003,
  attachProperties: 0x00069005,
  codePage: 0x00069007,
} as const;
const HEAD_BYTES = 9;
const CHECKSUM_BYTES = 2;
const SUM_BLOCK = 65_536;
/** Texts longer than this are no names; bodies may be. */
const LONGEST_NAME = 4096;
const LONGEST_TEXT = 4_194_304;
const MAX_ENTRIES = 10_000;

export function isTnef(head: Buffer): boolean {
  return head.length >= 6 && head.readUInt32LE(0) === SIGNATURE;
}

/** Throws RefusedError `mail.tnefUnreadable` where nothing of it can be read. */
export async function openTnef(source: ByteSource): Promise<OpenedContainer> {
  if (!isTnef(await source.bytes(0, 6))) throw new RefusedError('mail.tnefUnreadable');
  const reading = new Reading(source);
  await reading.all();
  return reading.result();
}

type Attachment = { title: string; data: ByteSource | null; properties: ByteSource | null };

class Reading {
  readonly #source: ByteSource;
  readonly #problems = new Set<ContainerProblem>();
  readonly #entries: Contained[] = [];
  #message: ContainedText = { ...nothing };
  #codePage = 0;
  #attachment: Attachment | null = null;

  constructor(source: ByteSource) {
    this.#source = source;
  }

  async all(): Promise<void> {
    const { sizeBytes } = this.#source;
    for (let at = 6; at < sizeBytes;) {
      const head = Buffer.from(await this.#source.bytes(at, HEAD_BYTES));
      const level = head[0];
      // Gateways append line ends and worse: not an attribute, so the end.
      if (level !== 1 && level !== 2) break;
      const length = head.length < HEAD_BYTES ? Infinity : head.readUInt32LE(5);
      const end = at + HEAD_BYTES + length + CHECKSUM_BYTES;
      if (end > sizeBytes) {
        this.#problems.add('truncated');
        break;
      }
      const data = sliceOf(this.#source, at + HEAD_BYTES, length);
      const stated = (await this.#source.bytes(end - CHECKSUM_BYTES, 2)).readUInt16LE(0);
      if ((await checksum(data)) !== stated) this.#problems.add('checksum');
      await this.#attribute(head.readUInt32LE(1), data);
      at = end;
      if (this.#entries.length > MAX_ENTRIES) {
        throw new RefusedError('mail.tooManyParts', { max: MAX_ENTRIES });
      }
    }
    await this.#closeAttachment();
  }

  result(): OpenedContainer {
    return { message: this.#message, entries: this.#entries, problems: [...this.#problems] };
  }

  async #attribute(id: number, data: ByteSource): Promise<void> {
    switch (id) {
      case ATTRIBUTE.codePage:
        this.#codePage = await u32(data, 0);
        break;
      case ATTRIBUTE.subject:
        this.#message = { ...this.#message, subject: await this.#string8(data) };
        break;
      case ATTRIBUTE.messageProperties:
        await this.#readMessage(data);
        break;
      case ATTRIBUTE.attachStart:
        await this.#closeAttachment();
        this.#attachment = { title: '', data: null, properties: null };
        break;
      case ATTRIBUTE.attachTitle:
        this.#open().title = await this.#string8(data);
        break;
      case ATTRIBUTE.attachData:
        this.#open().data = data;
        break;
      case ATTRIBUTE.attachProperties:
        this.#open().properties = data;
        break;
      default:
    }
  }

  #open(): Attachment {
    this.#attachment ??= { title: '', data: null, properties: null };
    return this.#attachment;
  }

  async #closeAttachment(): Promise<void> {
    const attachment = this.#attachment;
    this.#attachment = null;
    if (!attachment) return;
    const values = await this.#values(attachment.properties, ATTACHMENT_TEXTS);
    const text = (id: number) => values.texts.get(id) ?? '';
    const longName = text(MAPI.attachLongName);
    const name =
      longName || attachment.title || text(MAPI.attachShortName) || text(MAPI.displayName);
    const object = values.object;
    if (object?.type === MAPI_TYPE.object && values.method !== ATTACH_METHOD.ole) {
      // The interface's number stands before the object itself.
      const content = sliceOf(object.source, object.at + 16, object.length - 16);
      if (isTnef(await content.bytes(0, 6))) {
        this.#entries.push({ kind: 'message', name, open: () => openTnef(content) });
        return;
      }
    }
    const stored = object?.type === MAPI_TYPE.binary ? object : null;
    const content =
      attachment.data ?? (stored ? sliceOf(stored.source, stored.at, stored.length) : null);
    if (!content) return;
    this.#entries.push({
      kind: 'file',
      name,
      mediaType: text(MAPI.attachMimeTag).toLowerCase(),
      contentId: text(MAPI.attachContentId).replace(/^<|>$/g, ''),
      content,
    });
  }

  async #readMessage(data: ByteSource): Promise<void> {
    const values = await this.#values(data, MESSAGE_TEXTS);
    const text = (id: number) => values.texts.get(id) ?? '';
    const address = text(MAPI.senderSmtp) || text(MAPI.senderAddress);
    this.#message = {
      subject: text(MAPI.subject) || this.#message.subject,
      from: mapiSender(text(MAPI.senderName), address),
      to: text(MAPI.displayTo),
      messageId: text(MAPI.messageId),
      sentAt: values.sentAt,
      text: text(MAPI.body),
      html: values.html,
    };
  }

  async #values(source: ByteSource | null, wanted: ReadonlySet<number>) {
    const texts = new Map<number, string>();
    let object: (TnefProperty & { readonly source: ByteSource }) | null = null;
    let html: ByteSource | null = null;
    let [method, sentAt] = [0, ''];
    if (!source) return { texts, object, html, method, sentAt };
    for await (const property of readProperties(source)) {
      const { id, type, at, length } = property;
      const isText = type === MAPI_TYPE.string8 || type === MAPI_TYPE.unicode;
      if (isText && wanted.has(id) && !(texts.has(id) && type === MAPI_TYPE.string8)) {
        const limit = id === MAPI.body ? LONGEST_TEXT : LONGEST_NAME;
        const bytes = await readUpTo(sliceOf(source, at, length), limit);
        texts.set(id, mapiText(bytes, type, this.#codePage));
      } else if (id === MAPI.attachData) {
        object = { ...property, source };
      } else if (id === MAPI.html && type === MAPI_TYPE.binary) {
        html = sliceOf(source, at, length);
      } else if (id === MAPI.attachMethod) {
        method = await u32(source, at);
      } else if (id === MAPI.sentAt && type === MAPI_TYPE.time) {
        sentAt = mapiTime(await source.bytes(at, 8));
      }
    }
    return { texts, object, html, method, sentAt };
  }

  async #string8(data: ByteSource): Promise<string> {
    const bytes = Buffer.from(await data.bytes(0, LONGEST_NAME));
    return mapiText(bytes, MAPI_TYPE.string8, this.#codePage);
  }
}

const nothing: ContainedText = {
  subject: '',
  from: '',
  to: '',
  messageId: '',
  sentAt: '',
  text: '',
  html: null,
};

const ATTACHMENT_TEXTS = new Set<number>([
  MAPI.attachLongName,
  MAPI.attachShortName,
  MAPI.displayName,
  MAPI.attachMimeTag,
  MAPI.attachContentId,
]);
const MESSAGE_TEXTS = new Set<number>([
  MAPI.subject,
  MAPI.senderName,
  MAPI.senderAddress,
  MAPI.senderSmtp,
  MAPI.displayTo,
  MAPI.messageId,
  MAPI.body,
]);

async function checksum(data: ByteSource): Promise<number> {
  let sum = 0;
  for (let at = 0; at < data.sizeBytes; at += SUM_BLOCK) {
    for (const byte of await data.bytes(at, SUM_BLOCK)) sum += byte;
    sum &= 0xffff;
  }
  return sum;
}
