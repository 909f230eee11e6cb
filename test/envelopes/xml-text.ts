// Small helpers of the XML generators: escaping, and the encodings that files of the trade come in.

export const escapeXml = (text: string): string =>
  text.replace(/[&<>"]/gu, (char) => `&#${char.codePointAt(0)!};`);

export type Encoding =
  | 'utf-8'
  | 'utf-8 with mark'
  | 'undeclared'
  | 'undeclared latin1'
  | 'iso-8859-1'
  | 'windows-1252'
  | 'utf-16le'
  | 'utf-16be';

export const ENCODINGS: readonly Encoding[] = [
  'utf-8',
  'utf-8 with mark',
  'undeclared',
  'undeclared latin1',
  'iso-8859-1',
  'windows-1252',
  'utf-16le',
  'utf-16be',
];

/** `body`: without declaration. Characters of Latin 1 only, for all encodings to be able to hold it. */
export function encodeXml(body: string, encoding: Encoding = 'utf-8'): Buffer {
  switch (encoding) {
    case 'utf-8':
      return Buffer.from(`<?xml version="1.0" encoding="UTF-8"?>\n${body}`);
    case 'utf-8 with mark':
      return Buffer.from(`\uFEFF<?xml version="1.0" encoding="utf-8"?>\n${body}`);
    case 'undeclared':
      return Buffer.from(body);
    case 'undeclared latin1':
      return Buffer.from(body, 'latin1');
    case 'iso-8859-1':
    case 'windows-1252':
      return Buffer.from(`<?xml version="1.0" encoding="${encoding}"?>\n${body}`, 'latin1');
    case 'utf-16le':
      return Buffer.from(`\uFEFF<?xml version="1.0" encoding="UTF-16"?>\n${body}`, 'utf16le');
    case 'utf-16be':
      return Buffer.from(
        `\uFEFF<?xml version="1.0" encoding="UTF-16"?>\n${body}`,
        'utf16le',
      ).swap16();
  }
}
