// Reads a header line by line and keeps the few fields that matter, unfolded, as bytes in latin1; the rest passes by.
// Lenient as mail programs are: stray lines are no end of a mail's header, but the text of a part may follow at once.

/** Raw values by field name in lower case; a field that comes twice keeps its first value, recipients are joined. */
export type HeaderFields = ReadonlyMap<string, string>;

export type LineVerdict =
  | 'field'
  | 'blank' // the header is over
  | 'text'; // no line of a header

const LF = 10;
const CR = 13;
const SPACE = 32;
const TAB = 9;
const COLON = 58;

const KEPT = new Set([
  'from',
  'sender',
  'reply-to',
  'to',
  'cc',
  'subject',
  'date',
  'message-id',
  'content-type',
  'content-disposition',
  'content-transfer-encoding',
  'content-id',
]);
const JOINED = new Set(['to', 'cc']);
const LONGEST_NAME = 100;

export class HeaderReader {
  readonly #maxChars: number;
  readonly #fields = new Map<string, string>();
  #name = '';
  #value = '';
  #isCut = false;
  #count = 0;
  /** The last line was white space alone: a folded nothing, or a careless end of the header. */
  #isBlankish = false;

  constructor(maxChars: number) {
    this.#maxChars = maxChars;
  }

  /** Number of fields seen, kept or not. */
  get count(): number {
    return this.#count;
  }

  get isCut(): boolean {
    return this.#isCut;
  }

  get isBlankish(): boolean {
    return this.#isBlankish;
  }

  /** The line from `from` to `to`, with its line end, or its first piece when it is very long. */
  line(data: Buffer, from: number, to: number): LineVerdict {
    const first = data[from];
    if (first === LF || first === CR) {
      // `CR CR LF` is what some gateways make of a line end.
      let at = from;
      while (at < to && data[at] === CR) at++;
      if (at >= to || data[at] === LF) return 'blank';
    }
    if (first === SPACE || first === TAB) {
      this.#isBlankish = isBlank(data, from, to);
      this.more(data, from, to);
      return 'field';
    }
    const colon = endOfName(data, from, to);
    if (colon < 0) return 'text';
    this.#isBlankish = false;
    this.#close();
    this.#count++;
    const name = data.toString('latin1', from, colon).trimEnd().toLowerCase();
    this.#name = KEPT.has(name) ? name : '';
    this.#value = '';
    this.more(data, data.indexOf(COLON, colon) + 1, to);
    return 'field';
  }

  /** The next piece of the same line, or a line that continues the field. */
  more(data: Buffer, from: number, to: number): void {
    if (this.#name === '') return;
    const room = this.#maxChars - this.#value.length;
    if (to - from > room) this.#isCut = true;
    this.#value += withoutLineEnd(data, from, Math.min(to, from + room));
  }

  end(): HeaderFields {
    this.#close();
    this.#name = '';
    return this.#fields;
  }

  #close(): void {
    const name = this.#name;
    if (name === '') return;
    const value = this.#value.replace(/[\r\n]+/g, '');
    const earlier = this.#fields.get(name);
    if (earlier === undefined || earlier.trim() === '') this.#fields.set(name, value);
    else if (JOINED.has(name)) this.#join(name, earlier, value);
  }

  /** Together no longer than one field may be: a header may repeat it as often as it likes. */
  #join(name: string, earlier: string, value: string): void {
    if (earlier.length + value.length + 2 > this.#maxChars) this.#isCut = true;
    else this.#fields.set(name, `${earlier}, ${value}`);
  }
}

/** Fields of a header that lies in memory, and whether it is one. */
export function readHeader(
  head: Buffer,
  maxChars: number,
): { readonly fields: HeaderFields; readonly isHeader: boolean } {
  const reader = new HeaderReader(maxChars);
  for (let at = 0; at < head.length;) {
    const lineEnd = head.indexOf(LF, at);
    const to = lineEnd < 0 ? head.length : lineEnd + 1;
    const verdict = isMboxLine(head, at) && at === 0 ? 'field' : reader.line(head, at, to);
    if (verdict === 'blank' || (verdict === 'text' && reader.count === 0)) break;
    at = to;
  }
  return { fields: reader.end(), isHeader: reader.count > 0 };
}

/** `From jean@example.org Mon Jan …`, or the same quoted: what an mbox file puts before each mail. */
export function isMboxLine(data: Buffer, at: number): boolean {
  const from = data[at] === 62 ? at + 1 : at;
  return data.toString('latin1', from, from + 5) === 'From ';
}

// Printable characters up to a colon; a blank may stand before the colon (RFC 5322 §4.5).
function endOfName(data: Buffer, from: number, to: number): number {
  const limit = Math.min(to, from + LONGEST_NAME);
  let at = from;
  for (; at < limit; at++) {
    const byte = data[at] ?? 0;
    if (byte === COLON) return at > from ? at : -1;
    if (byte <= SPACE || byte > 126) break;
  }
  const end = at;
  while (at < limit && (data[at] === SPACE || data[at] === TAB)) at++;
  return at < limit && data[at] === COLON && end > from ? end : -1;
}

function isBlank(data: Buffer, from: number, to: number): boolean {
  for (let at = from; at < to; at++) {
    const byte = data[at] ?? 0;
    if (byte !== SPACE && byte !== TAB && byte !== CR && byte !== LF) return false;
  }
  return true;
}

function withoutLineEnd(data: Buffer, from: number, to: number): string {
  let end = to;
  if (end > from && data[end - 1] === LF) end--;
  while (end > from && data[end - 1] === CR) end--;
  return data.toString('latin1', from, end);
}
