// From, To, Cc as one line of text per address: `Name <mailbox@host>`. In one pass, whatever is nested in it.
import { decodeHeaderText } from '../header-text.ts';

/** `raw`: the field's value, unfolded, bytes as latin1. Groups are taken apart, comments are names only where nothing else is. */
export function readAddresses(raw: string, decode = decodeHeaderText): readonly string[] {
  const found: string[] = [];
  let entry = emptyEntry();
  const close = () => {
    const text = shown(entry, decode);
    if (text !== '') found.push(text);
    entry = emptyEntry();
  };
  for (let at = 0; at < raw.length;) {
    const char = raw[at];
    if (char === '"') {
      const to = endOfQuoted(raw, at);
      entry.text += raw.slice(at + 1, to).replace(/\\(.)/gs, '$1');
      entry.isQuoted = true;
      at = to + 1;
    } else if (char === '(') {
      const to = endOfComment(raw, at);
      entry.comment ||= raw.slice(at + 1, to - 1);
      at = to;
    } else if (char === '<') {
      const to = raw.indexOf('>', at);
      entry.address = raw.slice(at + 1, to < 0 ? raw.length : to);
      at = to < 0 ? raw.length : to + 1;
    } else if (char === ',' || char === ';') {
      close();
      at++;
    } else if (char === ':' && !entry.isQuoted && !entry.hasAt) {
      // The name of a group (RFC 5322 §3.4): its members follow.
      entry = emptyEntry();
      at++;
    } else {
      const to = endOfPlain(raw, at);
      const piece = raw.slice(at, to);
      entry.text += piece;
      // Noted, not searched for: a text that grows by each colon would be read again at each.
      entry.hasAt ||= piece.includes('@');
      at = to;
    }
  }
  close();
  return found;
}

type Entry = {
  text: string;
  comment: string;
  address: string;
  isQuoted: boolean;
  hasAt: boolean;
};

const emptyEntry = (): Entry => ({
  ...{ text: '', comment: '', address: '' },
  ...{ isQuoted: false, hasAt: false },
});

function shown(entry: Entry, decode: (raw: string) => string): string {
  const text = decode(entry.text.trim()).trim();
  const address = decode(entry.address.trim()).trim();
  if (address !== '') return text === '' ? address : `${text} <${address}>`;
  const comment = decode(entry.comment).trim();
  return comment !== '' && text.includes('@') ? `${comment} <${text}>` : text;
}

function endOfPlain(text: string, from: number): number {
  let at = from + 1;
  while (at < text.length && !'"(<,;:'.includes(text[at] ?? '')) at++;
  return at;
}

function endOfQuoted(text: string, from: number): number {
  for (let at = from + 1; at < text.length; at++) {
    if (text[at] === '\\') at++;
    else if (text[at] === '"') return at;
  }
  return text.length;
}

function endOfComment(text: string, from: number): number {
  let depth = 0;
  for (let at = from; at < text.length; at++) {
    if (text[at] === '\\') at++;
    else if (text[at] === '(') depth++;
    else if (text[at] === ')' && --depth === 0) return at + 1;
  }
  return text.length;
}
