// Outlook's own file of a message (`.msg`, MS-OXMSG): its attachments, and the messages attached to it.
import { RefusedError } from '../../errors.ts';
import { readUpTo, type ByteSource } from './byte-source.ts';
import type { Contained, ContainedText, ContainerProblem, OpenedContainer } from './contained.ts';
import {
  ATTACH_METHOD,
  isReference,
  MAPI,
  MAPI_TYPE,
  mapiSender,
  mapiText,
  mapiTime,
} from './mapi-values.ts';
import { openOle, type OleEntry } from './ole-file.ts';

const PROPERTIES = '__PROPERTIES_VERSION1.0';
const ATTACHMENT = '__ATTACH_VERSION1.0_';
/** Length of what stands before the list (MS-OXMSG §2.4.1). */
const LIST_AT = { top: 32, embedded: 24, attachment: 8 } as const;
const MAX_LIST_BYTES = 65_536;
const LONGEST_NAME = 4096;
const LONGEST_TEXT = 4_194_304;

/** Whether the storage is a message, not some other document of Office. */
export function isMessage(root: OleEntry): boolean {
  return root.children.has(PROPERTIES);
}

/** Throws RefusedError `file.oleUnreadable`, `mail.msgUnreadable`. */
export async function openMsg(source: ByteSource): Promise<OpenedContainer> {
  const root = await openOle(source);
  if (!isMessage(root)) throw new RefusedError('mail.msgUnreadable');
  return openMessage(root, LIST_AT.top);
}

async function openMessage(storage: OleEntry, listAt: number): Promise<OpenedContainer> {
  const properties = await readValues(storage, listAt);
  const problems = new Set<ContainerProblem>();
  const entries: Contained[] = [];
  const attachments = [...storage.children]
    .filter(([name, entry]) => name.startsWith(ATTACHMENT) && entry.kind === 'storage')
    .sort(([one], [other]) => (one < other ? -1 : 1));
  for (const [, attachment] of attachments) {
    const entry = await readAttachment(attachment, properties.codePage);
    if (entry === 'reference') problems.add('reference');
    else if (entry) entries.push(entry);
  }
  return { message: await readText(properties), entries, problems: [...problems] };
}

async function readAttachment(
  storage: OleEntry,
  codePage: number,
): Promise<Contained | 'reference' | null> {
  const values = await readValues(storage, LIST_AT.attachment, codePage);
  const name =
    (await values.text(MAPI.attachLongName)) ||
    (await values.text(MAPI.attachShortName)) ||
    (await values.text(MAPI.displayName));
  const method = values.number(MAPI.attachMethod);
  const object = storage.children.get(streamName(MAPI.attachData, MAPI_TYPE.object));
  if (object?.kind === 'storage' && isMessage(object)) {
    const subject = (await values.text(MAPI.displayName)) || name;
    return { kind: 'message', name: subject, open: () => openMessage(object, LIST_AT.embedded) };
  }
  const content = values.stream(MAPI.attachData, MAPI_TYPE.binary) ?? contentsOf(object, method);
  if (!content) return isReference(method) ? 'reference' : null;
  return {
    kind: 'file',
    name,
    mediaType: (await values.text(MAPI.attachMimeTag)).toLowerCase(),
    contentId: (await values.text(MAPI.attachContentId)).replace(/^<|>$/g, ''),
    content,
  };
}

/** A picture or document that was placed into the text as an OLE object. */
function contentsOf(object: OleEntry | undefined, method: number): ByteSource | null {
  if (method !== ATTACH_METHOD.ole) return null;
  return object?.children.get('CONTENTS')?.content() ?? null;
}

async function readText(values: Values): Promise<ContainedText> {
  const name = await values.text(MAPI.senderName);
  const address = (await values.text(MAPI.senderSmtp)) || (await values.text(MAPI.senderAddress));
  return {
    subject: await values.text(MAPI.subject),
    from: mapiSender(name, address),
    to: await values.text(MAPI.displayTo),
    messageId: await values.text(MAPI.messageId),
    sentAt: values.time(MAPI.sentAt),
    text: await values.text(MAPI.body, LONGEST_TEXT),
    html: values.stream(MAPI.html, MAPI_TYPE.binary),
  };
}

type Values = Awaited<ReturnType<typeof readValues>>;

async function readValues(storage: OleEntry, listAt: number, outerCodePage = 0) {
  const list = storage.children.get(PROPERTIES)?.content();
  const bytes = list ? Buffer.from(await list.bytes(0, MAX_LIST_BYTES)) : Buffer.alloc(0);
  const fixed = new Map<number, Buffer>();
  for (let at = listAt; at + 16 <= bytes.length; at += 16) {
    fixed.set(bytes.readUInt16LE(at + 2), bytes.subarray(at + 8, at + 16));
  }
  const number = (id: number) => fixed.get(id)?.readUInt32LE(0) ?? 0;
  const codePage = number(MAPI.messageCodePage) || number(MAPI.internetCodePage) || outerCodePage;
  const stream = (id: number, type: number) =>
    storage.children.get(streamName(id, type))?.content() ?? null;
  return {
    codePage,
    number,
    stream,
    time: (id: number) => mapiTime(fixed.get(id) ?? Buffer.alloc(0)),
    async text(id: number, limit = LONGEST_NAME): Promise<string> {
      for (const type of [MAPI_TYPE.unicode, MAPI_TYPE.string8]) {
        const content = stream(id, type);
        if (content) return mapiText(await readUpTo(content, limit), type, codePage);
      }
      return '';
    },
  };
}

const hex = (value: number) => value.toString(16).toUpperCase().padStart(4, '0');
const streamName = (id: number, type: number) => `__SUBSTG1.0_${hex(id)}${hex(type)}`;
