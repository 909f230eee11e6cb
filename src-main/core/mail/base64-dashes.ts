// `-` and `_` are digits in the URL alphabet of base64 (RFC 4648 §5) and foreign characters in that of mail, to be
// skipped (RFC 2045 §6.8). Which one a text is written in shows in what came before the first of them.

const DASH = 45;
const UNDERSCORE = 95;

/** 0 foreign, 1 either alphabet or no character of the text, 2 of the alphabet of mail alone. */
const KIND = new Uint8Array(256);
for (const char of 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789= \t\r\n') {
  KIND[char.charCodeAt(0)] = 1;
}
for (const char of '+/') KIND[char.charCodeAt(0)] = 2;

export class Base64Dashes {
  #alphabet: 'unknown' | 'mail' | 'url' = 'unknown';

  /** The text without those that are no digits; the same buffer where it has none. */
  clean(text: Buffer): Buffer {
    if (this.#alphabet === 'unknown') this.#decide(text);
    if (this.#alphabet !== 'mail') return text;
    if (!text.includes(DASH) && !text.includes(UNDERSCORE)) return text;
    return Buffer.from(text.filter((byte) => byte !== DASH && byte !== UNDERSCORE));
  }

  #decide(text: Buffer): void {
    for (const byte of text) {
      if (byte === DASH || byte === UNDERSCORE) {
        this.#alphabet = 'url';
        return;
      }
      if (KIND[byte] !== 1) {
        this.#alphabet = 'mail';
        return;
      }
    }
  }
}
