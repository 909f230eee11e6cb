// The readable text of an HTML mail: lines where blocks end, links with their address, nothing of scripts and styles.
import { Parser } from 'htmlparser2';

const BLOCKS = new Set(
  'address article aside blockquote div dl dt dd fieldset figure footer form h1 h2 h3 h4 h5 h6 header hr li main nav ol p pre section table tr ul'.split(
    ' ',
  ),
);
const SILENT = new Set(['script', 'style', 'title', 'head', 'template', 'noscript']);

export function textOfHtml(html: string): string {
  let out = '';
  let silent = 0;
  let pre = 0;
  let address = '';
  const breakLine = () => {
    out = out.replace(/[ \t]+$/, '');
    if (out !== '' && !out.endsWith('\n')) out += '\n';
  };
  const parser = new Parser(
    {
      onopentag(name, { href = '' }) {
        if (SILENT.has(name)) silent++;
        if (name === 'br') out += '\n';
        if (name === 'td' || name === 'th') out += out.endsWith('\n') || out === '' ? '' : '\t';
        if (name === 'li') {
          breakLine();
          out += '- ';
        } else if (BLOCKS.has(name)) breakLine();
        if (name === 'pre') pre++;
        if (name === 'a') address = href;
      },
      ontext(text) {
        if (silent > 0) return;
        if (pre > 0) out += text;
        else {
          const flat = text.replace(/\s+/g, ' ');
          out += /(?:^|\s)$/.test(out) ? flat.replace(/^ /, '') : flat;
        }
      },
      onclosetag(name) {
        if (SILENT.has(name)) silent = Math.max(0, silent - 1);
        if (name === 'pre') pre = Math.max(0, pre - 1);
        if (name === 'a' && /^https?:/i.test(address) && !out.endsWith(address))
          out += ` <${address}>`;
        if (name === 'a') address = '';
        if (BLOCKS.has(name)) breakLine();
        if (name === 'p') out += '\n';
      },
    },
    { decodeEntities: true },
  );
  parser.end(html);
  return `${out.replace(/\n{3,}/g, '\n\n').trim()}\n`;
}
