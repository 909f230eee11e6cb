// How file names and other non-ASCII text stand in mail headers, in the forms found in the wild.
// Results are bytes as latin1 text: what is not ASCII is already encoded, or raw on purpose.

export type NameForm =
  | 'plain' // filename="a.pdf", both headers
  | 'encoded-word' // filename="=?UTF-8?B?…?=", forbidden by RFC 2047 §5 and everywhere
  | 'encoded-word-q-latin1' // filename="=?iso-8859-1?Q?…?="
  | 'rfc2231' // filename*=UTF-8''…
  | 'rfc2231-parts' // filename*0*=UTF-8''…; filename*1*=…
  | 'raw-utf8' // bytes of UTF-8 between the quotes
  | 'raw-latin1' // bytes of ISO-8859-1 between the quotes
  | 'type-name-only'; // only the name parameter of Content-Type

type Disposition = {
  readonly type: string;
  readonly disposition: 'attachment' | 'inline' | 'none';
  readonly name: string | undefined;
  readonly nameForm: NameForm | undefined;
};

export function dispositionHeaders({ type, disposition, name, nameForm }: Disposition): string[] {
  const contentType = `Content-Type: ${type}`;
  const contentDisposition = `Content-Disposition: ${disposition}`;
  const withDisposition = (...lines: string[]) =>
    disposition === 'none' ? lines.slice(0, 1) : lines;
  if (name === undefined) return withDisposition(contentType, contentDisposition);
  const form = nameForm ?? (isAscii(name) ? 'plain' : 'rfc2231');
  const parameter = (of: string) => `;\r\n ${nameParameter(of, name, form)}`;
  if (form === 'type-name-only') {
    return withDisposition(contentType + parameter('name'), contentDisposition);
  }
  const typeToo = !form.startsWith('rfc2231') || disposition === 'none';
  return withDisposition(
    contentType + (typeToo ? parameter('name') : ''),
    contentDisposition + parameter('filename'),
  );
}

function nameParameter(of: string, name: string, form: NameForm): string {
  switch (form) {
    case 'plain':
    case 'type-name-only':
    case 'raw-utf8':
      return `${of}=${quoted(Buffer.from(name).toString('latin1'))}`;
    case 'raw-latin1':
      return `${of}=${quoted(Buffer.from(name, 'latin1').toString('latin1'))}`;
    case 'encoded-word':
      return `${of}="${base64Word(name)}"`;
    case 'encoded-word-q-latin1':
      return `${of}="${latin1Word(name)}"`;
    case 'rfc2231':
      return `${of}*=UTF-8''${percent(name)}`;
    case 'rfc2231-parts':
      return pieces(percent(name))
        .map((piece, i) => `${of}*${i}*=${i === 0 ? "UTF-8''" : ''}${piece}`)
        .join(';\r\n ');
  }
}

/** Text of a header as RFC 2047 wants it, address in angle brackets left alone. */
export function encodedWord(text: string): string {
  if (isAscii(text)) return text;
  const address = /\s*<[^<>]*>$/.exec(text)?.[0] ?? '';
  return base64Word(text.slice(0, text.length - address.length)) + address;
}

const isAscii = (text: string) => /^[\x20-\x7e]*$/.test(text);
const quoted = (text: string) => `"${text.replace(/["\\]/g, '\\$&')}"`;
const hex = (byte: number) => byte.toString(16).toUpperCase().padStart(2, '0');

const base64Word = (text: string) => `=?UTF-8?B?${Buffer.from(text).toString('base64')}?=`;

const latin1Word = (text: string) => {
  const bytes = [...Buffer.from(text, 'latin1')].map((byte) => {
    if (byte === 32) return '_';
    const c = String.fromCharCode(byte);
    return /[A-Za-z0-9.-]/.test(c) ? c : `=${hex(byte)}`;
  });
  return `=?iso-8859-1?Q?${bytes.join('')}?=`;
};

const percent = (text: string) =>
  [...Buffer.from(text)]
    .map((byte) => {
      const c = String.fromCharCode(byte);
      return /[A-Za-z0-9._-]/.test(c) ? c : `%${hex(byte)}`;
    })
    .join('');

// Never through an escape; through a UTF-8 character on purpose, since RFC 2231 allows it.
const pieces = (text: string) => text.match(/(?:%..|[^%]){1,12}/g) ?? [''];
