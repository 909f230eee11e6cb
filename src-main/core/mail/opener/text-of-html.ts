// The readable text of an HTML mail: lines where blocks end, links with their address, nothing of scripts and styles.
import { readHtml } from './read-html.ts';
import { TextPieces } from './text-pieces.ts';

const BLOCKS = new Set(
  'address article aside blockquote div dl dt dd fieldset figure footer form h1 h2 h3 h4 h5 h6 header hr li main nav ol p pre section table tr ul'.split(
    ' ',
  ),
);
const SILENT = new Set(['script', 'style', 'title', 'head', 'template', 'noscript']);
/** Where a mail is not read to its end. */
export const CUT = '[…]';

export function textOfHtml(html: string): string {
  const out = new Lines();
  let silent = 0;
  let pre = 0;
  let link = { address: '', text: '' };
  const isWhole = readHtml(html, {
    onopentag(name, { href = '' }) {
      if (SILENT.has(name)) silent++;
      if (name === 'br') out.end();
      if ((name === 'td' || name === 'th') && !out.isLineEmpty) out.add('\t');
      if (name === 'li') {
        out.break();
        out.add('- ');
      } else if (BLOCKS.has(name)) out.break();
      if (name === 'pre') pre++;
      if (name === 'a') link = { address: href, text: '' };
    },
    ontext(text) {
      if (silent > 0) return;
      if (link.address !== '') link.text += text;
      if (pre > 0) out.addLines(text);
      else out.addFlat(text);
    },
    onclosetag(name) {
      if (SILENT.has(name)) silent = Math.max(0, silent - 1);
      if (name === 'pre') pre = Math.max(0, pre - 1);
      if (name === 'a') {
        const { address, text } = link;
        if (/^https?:/i.test(address) && !text.endsWith(address)) out.add(` <${address}>`);
        link = { address: '', text: '' };
      }
      if (BLOCKS.has(name)) out.break();
      if (name === 'p') out.end();
    },
  });
  if (!isWhole) out.add(CUT);
  return `${out
    .text()
    .replace(/\n{3,}/g, '\n\n')
    .trim()}\n`;
}

/** A text that grows by pieces, of which only the last line is looked at. */
class Lines {
  readonly #done = new TextPieces();
  #line: string[] = [];
  #endsBlank = true;

  get isLineEmpty(): boolean {
    return this.#line.length === 0;
  }

  add(piece: string): void {
    if (piece === '') return;
    this.#line.push(piece);
    this.#endsBlank = piece.trimEnd().length < piece.length;
  }

  /** White space as HTML shows it. */
  addFlat(text: string): void {
    const flat = text.replace(/\s+/g, ' ');
    this.add(this.#endsBlank ? flat.replace(/^ /, '') : flat);
  }

  /** Text with line ends of its own. */
  addLines(text: string): void {
    const lines = text.split('\n');
    const last = lines.pop() ?? '';
    for (const line of lines) {
      this.add(line);
      this.end();
    }
    this.add(last);
  }

  /** The line is over, empty or not. */
  end(): void {
    this.#done.add(`${this.#line.join('').trimEnd()}\n`);
    this.#line = [];
    this.#endsBlank = true;
  }

  /** A new line, unless one has just begun. */
  break(): void {
    if (this.#line.join('').trim() !== '') this.end();
    this.#line = [];
    this.#endsBlank = true;
  }

  text(): string {
    return this.#done.text() + this.#line.join('');
  }
}
