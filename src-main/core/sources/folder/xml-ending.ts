// XML: the element that opens the document must be closed at its end. Not a parser: it reads the beginning and the
// end only, so a file of a gigabyte costs two reads; it can take an inner element of the root's name for the root.
import type { EndCheck } from './folder-access.ts';

/** Room for a declaration, comments and a document type before the root. */
const HEAD_BYTES = 64 * 1024;
/** Room for the closing tag, and comments after it. */
const TAIL_BYTES = 8 * 1024;

export function* xmlEnds(sizeBytes: number): EndCheck<boolean> {
  const headBytes = yield { offset: 0, length: Math.min(HEAD_BYTES, sizeBytes) };
  const encoding = encodingOf(headBytes);
  const head = decode(headBytes, encoding);
  const root = rootTag(head);
  // Still in the prolog: unfinished when that is all there is, out of our sight when there is more.
  if (root === undefined) return sizeBytes > HEAD_BYTES;
  if (root.isEmpty) return sizeBytes > HEAD_BYTES || isOnlyMisc(head.slice(root.endsAt));
  const length = Math.min(TAIL_BYTES, sizeBytes);
  // UTF-16: begin at a whole unit.
  const offset = sizeBytes - length + ((sizeBytes - length) % 2);
  const tail = decode(yield { offset, length: sizeBytes - offset }, encoding);
  const closing = tail.lastIndexOf(`</${root.name}`);
  if (closing < 0) return false;
  const rest = tail.slice(closing + root.name.length + 2);
  const end = /^[ \t\r\n]*>/.exec(rest);
  return end !== null && isOnlyMisc(rest.slice(end[0].length));
}

type Encoding = 'latin1' | 'utf16le' | 'utf16be';

/** Every other encoding in use has ASCII where markup is concerned. */
function encodingOf(head: Buffer): Encoding {
  const [first, second] = head;
  if ((first === 0xff && second === 0xfe) || (first === 0x3c && second === 0)) return 'utf16le';
  if ((first === 0xfe && second === 0xff) || (first === 0 && second === 0x3c)) return 'utf16be';
  return 'latin1';
}

function decode(bytes: Buffer, encoding: Encoding): string {
  if (encoding !== 'utf16be') return bytes.toString(encoding);
  return Buffer.from(bytes.subarray(0, bytes.length & ~1))
    .swap16()
    .toString('utf16le');
}

type RootTag = { readonly name: string; readonly isEmpty: boolean; readonly endsAt: number };

/** The first start tag after declaration, comments, processing instructions and document type. */
function rootTag(text: string): RootTag | undefined {
  for (let at = text.indexOf('<'); at >= 0; at = text.indexOf('<', at)) {
    const after = skipProlog(text, at);
    if (after === undefined) return undefined;
    if (after > at) {
      at = after;
      continue;
    }
    // Quoted values may hold a `>`. The name ends at a boundary, or hostile input would make this quadratic.
    const tag = /<([^ \t\r\n/>]{1,1000})(?=[ \t\r\n/>])(?:"[^"]*"|'[^']*'|[^"'>])*>/y;
    tag.lastIndex = at;
    const found = tag.exec(text);
    const name = found?.[1];
    if (found === null || name === undefined) return undefined;
    return { name, isEmpty: found[0].endsWith('/>'), endsAt: tag.lastIndex };
  }
  return undefined;
}

/** Where what begins at `at` ends; `at` itself when it is an element; undefined when it has no end yet. */
function skipProlog(text: string, at: number): number | undefined {
  const past = (closing: string): number | undefined => {
    const end = text.indexOf(closing, at);
    return end < 0 ? undefined : end + closing.length;
  };
  if (text.startsWith('<?', at)) return past('?>');
  if (text.startsWith('<!--', at)) return past('-->');
  if (!text.startsWith('<!', at)) return at;
  const subset = /<![^[>]*\[/y;
  subset.lastIndex = at;
  if (!subset.test(text)) return past('>');
  const end = /\]\s*>/g;
  end.lastIndex = subset.lastIndex;
  return end.test(text) ? end.lastIndex : undefined;
}

/** White space, comments, processing instructions (XML 1.0 §2.1 Misc), and the zeros some systems pad with. */
function isOnlyMisc(text: string): boolean {
  const blank = /[\s\0]*/y;
  for (let at = 0; ;) {
    blank.lastIndex = at;
    blank.test(text);
    at = blank.lastIndex;
    if (at === text.length) return true;
    if (!text.startsWith('<!--', at) && !text.startsWith('<?', at)) return false;
    const after = skipProlog(text, at);
    if (after === undefined) return false;
    at = after;
  }
}
