// Text of mail headers: encoded words (RFC 2047), also badly split ones, and raw 8-bit text in an unknown charset.
// Never throws and loses no character: what cannot be decoded stays as it is.

/** `raw` holds bytes as latin1, or text already. */
export function decodeHeaderText(raw: string): string {
  const text = raw.replace(/\r?\n(?=[ \t])/g, '').replace(/\r?\n/g, ' ');
  if (!text.includes('=?')) return guessText(text);
  let result = '';
  let run: Run | null = null;
  let last = 0;
  for (const word of text.matchAll(ENCODED_WORD)) {
    const between = text.slice(last, word.index);
    const [whole, charset = '', kind = '', content = ''] = word;
    last = word.index + whole.length;
    // White space between two encoded words is not part of the text (RFC 2047 §6.2).
    const isAdjacent = run !== null && between.trim() === '';
    const isSame = isAdjacent && run !== null && run.charset === charset.toLowerCase();
    if (!isSame && run) {
      result += finish(run);
      run = null;
    }
    if (!isAdjacent) result += guessText(between);
    // A character may be cut in two by a careless sender: same charset, decoded together.
    run ??= { charset: charset.toLowerCase(), bytes: [], base64: '' };
    add(run, kind.toUpperCase(), content);
  }
  if (run) result += finish(run);
  return result + guessText(text.slice(last));
}

/** Text of `bytes`; an unknown or wrong charset falls back to UTF-8 if it is that, else windows-1252. */
export function decodeBytes(bytes: Uint8Array, charset: string): string {
  const label = charset.trim().toLowerCase().split('*', 1)[0] ?? '';
  if (label === '' || ASCII_NAMES.has(label)) return guessBytes(bytes);
  if (label === 'utf-7') return fromUtf7(Buffer.from(bytes).toString('latin1'));
  try {
    // A byte order mark is text where the charset leaves no doubt about the order.
    const ignoreBOM = label.startsWith('utf-8') || label === 'utf8';
    const text = new TextDecoder(label, { fatal: true, ignoreBOM }).decode(bytes);
    return label.startsWith('utf') ? text : windowsControls(text);
  } catch {
    // Not this charset, or none that is known here.
    return guessBytes(bytes);
  }
}

type Run = { readonly charset: string; readonly bytes: Buffer[]; base64: string };

const ENCODED_WORD = /=\?([^?\s=]+)\?([bq])\?([^?]*)\?=/gi;
const ASCII_NAMES = new Set(['us-ascii', 'ascii', 'unknown-8bit', 'x-unknown', 'default', '8bit']);

function add(run: Run, kind: string, content: string): void {
  if (kind === 'B') {
    run.base64 += content.replace(/\s/g, '');
    // Whole groups of four: complete by itself; otherwise the next word goes on with the group.
    if (run.base64.length % 4 === 0 || run.base64.endsWith('=')) flush(run);
    return;
  }
  flush(run);
  const octets = content
    .replaceAll('_', ' ')
    .replace(/=([0-9a-f]{2})/gi, (_, hex: string) => String.fromCharCode(parseInt(hex, 16)));
  run.bytes.push(Buffer.from(octets, 'latin1'));
}

function flush(run: Run): void {
  if (run.base64 !== '') run.bytes.push(Buffer.from(run.base64, 'base64'));
  run.base64 = '';
}

function finish(run: Run): string {
  flush(run);
  return decodeBytes(Buffer.concat(run.bytes), run.charset);
}

function guessText(text: string): string {
  if (!/[\x80-\xff]/.test(text) || /[^\0-\xff]/.test(text)) return text;
  return guessBytes(Buffer.from(text, 'latin1'));
}

function guessBytes(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return windowsControls(Buffer.from(bytes).toString('latin1'));
  }
}

// RFC 2152; Node knows every charset of the web, which this is not one of.
function fromUtf7(text: string): string {
  return text.replace(/\+([A-Za-z0-9+/]*)-?/g, (_, run: string) => {
    if (run === '') return '+';
    const bytes = Buffer.from(run, 'base64');
    return bytes
      .subarray(0, bytes.length - (bytes.length % 2))
      .swap16()
      .toString('utf16le');
  });
}

// ISO-8859-1 has control characters where windows-1252 has the euro and the quotes: nobody writes those controls.
function windowsControls(text: string): string {
  return text.replace(/[\x80-\x9f]/g, (char) => WINDOWS_1252[char.charCodeAt(0) - 0x80] ?? char);
}

const WINDOWS_1252 = '€\x81‚ƒ„…†‡ˆ‰Š‹Œ\x8dŽ\x8f\x90‘’“”•–—˜™š›œ\x9džŸ';
