// A composed message made ready for Graph, which takes the recipients from the header: those of the envelope go in, and
// nobody else. Everything else of the message stays as it was composed.
import { domainToASCII } from 'node:url';
import { RefusedError } from '../../../errors.ts';
import { readAddresses } from '../../../mail/mime/address-list.ts';
import type { ComposedMessage } from '../connector.ts';

/**
 * Goes out with every message, and is looked up beside the Message-ID, which Exchange may replace
 * (learn.microsoft.com/graph/api/resources/message, internetMessageHeaders).
 */
export const MARK_HEADER = 'X-Lanceur-Cold-Id';

export type AddressedMime = {
  /** Without the empty line that ends it. */
  readonly head: string;
  /** What follows the empty line. */
  readonly body: AsyncIterable<Buffer>;
  /** Lets go of the message when its body is not read to the end. */
  readonly close: () => void;
};

const MAX_HEAD_BYTES = 512_000;

/** `recipients`: of the envelope, or those of them that are left. */
export async function addressedMime(
  message: ComposedMessage,
  recipients: readonly string[],
): Promise<AddressedMime> {
  const stream = message.open();
  const chunks = stream.iterator({ destroyOnReturn: false });
  let start = Buffer.alloc(0);
  let end = -1;
  while (end < 0) {
    const next: IteratorResult<unknown, unknown> = await chunks.next();
    if (next.done === true || start.length > MAX_HEAD_BYTES) {
      stream.destroy();
      throw new RefusedError('graph.badMessage');
    }
    if (Buffer.isBuffer(next.value)) start = Buffer.concat([start, next.value]);
    end = start.indexOf('\r\n\r\n');
  }
  const head = start.subarray(0, end).toString('latin1');
  const rest = start.subarray(end + 4);
  async function* body(): AsyncGenerator<Buffer> {
    if (rest.length > 0) yield rest;
    for await (const chunk of chunks) if (Buffer.isBuffer(chunk)) yield chunk;
  }
  return {
    head: addressedHead(head, { messageId: message.messageId, recipients }),
    body: body(),
    close: () => stream.destroy(),
  };
}

type Addressing = { readonly messageId: string; readonly recipients: readonly string[] };

export function addressedHead(head: string, { messageId, recipients }: Addressing): string {
  const wanted = new Set(recipients.map(plain));
  const shown = new Set<string>();
  const kept = fieldsOf(head).flatMap((field) => {
    const name = nameOf(field);
    if (name === 'bcc') return [];
    if (name !== 'to' && name !== 'cc') return [field];
    const value = field.slice(field.indexOf(':') + 1).replace(/\r\n(?=[ \t])/g, '');
    const addresses = readAddresses(value.trim(), (raw) => raw).flatMap(
      (one) => addressIn(one) ?? [],
    );
    const here = addresses.filter((one) => wanted.has(plain(one)));
    for (const one of here) shown.add(plain(one));
    if (here.length === addresses.length) return [field];
    return here.length === 0 ? [] : [listField(name === 'to' ? 'To' : 'Cc', here)];
  });
  const hidden = recipients.filter((one) => !shown.has(plain(one)));
  return [
    ...kept,
    ...(hidden.length === 0 ? [] : [listField('Bcc', hidden)]),
    `${MARK_HEADER}: ${markOf(messageId)}`,
  ].join('\r\n');
}

export const markOf = (messageId: string): string => messageId.replace(/[<>\s']/g, '');

/** Each with its folded lines. */
export function fieldsOf(head: string): string[] {
  return head.split(/\r\n(?![ \t])/).filter((field) => field !== '');
}

export function nameOf(field: string): string {
  return field.slice(0, field.indexOf(':')).trim().toLowerCase();
}

/** One address a line: no line of a header may be longer than 998 bytes. */
const listField = (name: string, addresses: readonly string[]): string =>
  `${name}: ${addresses.map((one) => `<${one}>`).join(',\r\n ')}`;

function addressIn(text: string): string | null {
  return /<([^<>]+)>\s*$/.exec(text)?.[1]?.trim() ?? (text.includes('@') ? text.trim() : null);
}

/** The header may name a domain in Unicode that the envelope names in ASCII. */
function plain(address: string): string {
  const at = address.lastIndexOf('@');
  const text = Buffer.from(address, 'latin1').toString('utf8');
  const readable = text.includes('\ufffd') ? address : text;
  const place = readable.lastIndexOf('@');
  if (at < 0 || place < 0) return address.toLowerCase();
  const domain = readable.slice(place + 1);
  const ascii = domainToASCII(domain);
  return `${readable.slice(0, place)}@${ascii === '' ? domain : ascii}`.toLowerCase();
}
