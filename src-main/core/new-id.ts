// Short random identifiers: 10 characters of Crockford's base 32, 50 bits, safe in names and addresses.
import { randomBytes } from 'node:crypto';

const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz';

export function newId(): string {
  return [...randomBytes(10)].map((byte) => ALPHABET.charAt(byte % 32)).join('');
}
