// Mail addresses as people type them: lists with commas or semicolons, names with or without quotes. Stricter than
// RFC 5322 allows, because what is ambiguous must not reach somebody else. Pure.
import { domainToASCII } from 'node:url';
import addressparser from 'nodemailer/lib/addressparser';
import { ConfigError } from '../errors.ts';

export type Address = {
  readonly name: string;
  /** Local part as typed, domain in ASCII (punycode). */
  readonly address: string;
};

/** Throws ConfigError `address.invalid` {address} with the field. */
export function parseAddresses(list: readonly string[], field: string): Address[] {
  return list.flatMap((entry) => pieces(entry).map((piece) => parseAddress(piece, field)));
}

/** One address only. */
export function parseAddress(text: string, field: string): Address {
  const piece = text.trim();
  const parsed = CONTROL.test(piece) ? [] : addressparser(piece, { flatten: true });
  const [found, second] = parsed;
  const address = found === undefined ? null : normalize(found.address);
  // What the parser found must be what stands there to be read: `"x@a.fr" <y@b.fr>` is y, whatever it looks like.
  if (
    found === undefined ||
    second !== undefined ||
    address === null ||
    !isLiteral(piece, found.address)
  ) {
    throw new ConfigError('address.invalid', { address: piece.slice(0, 200) }, { field });
  }
  return { name: found.name.trim(), address };
}

/** Whether a bare text is an address that a server would take. */
export const isDeliverable = (text: string): boolean => normalize(text.trim()) !== null;

/** Whether it can only travel with SMTPUTF8. */
export const needsUtf8 = (address: string): boolean => /[^\x20-\x7e]/.test(address);

/** Domains are compared without case, local parts too: no server in use tells `Info@` from `info@`. */
export const sameAddress = (a: string, b: string): boolean => a.toLowerCase() === b.toLowerCase();

export const formatAddress = ({ name, address }: Address): string =>
  name === '' ? address : `"${name.replace(/["\\]/g, '\\$&')}" <${address}>`;

const CONTROL = /[\p{Cc}\u2028\u2029]/u;
const ATOM = /^[^\s"(),:;<>@[\\\]]+$/u;
const DOMAIN =
  /^(?=.{1,253}$)[a-z0-9_](?:[a-z0-9_-]*[a-z0-9_])?(?:\.[a-z0-9_](?:[a-z0-9_-]*[a-z0-9_])?)*$/;
const LITERAL = /^\[(?:\d{1,3}(?:\.\d{1,3}){3}|IPv6:[0-9a-f:.]+)\]$/i;

/** Null where it is no address that a server would take. */
function normalize(address: string): string | null {
  const at = address.lastIndexOf('@');
  if (at < 1) return null;
  const local = address.slice(0, at);
  const domain = address.slice(at + 1);
  if (Buffer.byteLength(local) > 64 || !ATOM.test(local)) return null;
  if (local.startsWith('.') || local.endsWith('.') || local.includes('..')) return null;
  if (LITERAL.test(domain)) return address;
  const ascii = domainToASCII(domain);
  return DOMAIN.test(ascii) && ascii.split('.').every((label) => label.length <= 63)
    ? `${local}@${ascii}`
    : null;
}

/** The whole piece, or what stands in its one pair of angle brackets. */
function isLiteral(piece: string, address: string): boolean {
  const outside = piece.replace(/"(?:[^"\\]|\\.)*"/g, '').trim();
  const angle = /^[^<>]*<([^<>]*)>$/.exec(outside)?.[1];
  return (angle ?? outside).trim() === address;
}

/** Cut at commas and semicolons outside quotes, brackets and comments. */
function pieces(entry: string): string[] {
  const found: string[] = [];
  let [piece, depth, quoted, escaped] = ['', 0, false, false];
  for (const char of entry) {
    if (!quoted && depth === 0 && (char === ',' || char === ';')) {
      found.push(piece);
      piece = '';
      continue;
    }
    piece += char;
    if (escaped) escaped = false;
    else if (char === '\\') escaped = true;
    else if (char === '"') quoted = !quoted;
    else if (!quoted && (char === '<' || char === '(')) depth += 1;
    else if (!quoted && (char === '>' || char === ')')) depth = Math.max(0, depth - 1);
  }
  return [...found, piece].filter((one) => one.trim() !== '');
}
