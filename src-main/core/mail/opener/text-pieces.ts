// A text that grows by millions of small pieces: joined now and then, for each piece by itself costs many times its length in memory.

const JOINED_CHARS = 65_536;

export class TextPieces {
  readonly #joined: string[] = [];
  #pieces: string[] = [];
  #chars = 0;

  add(piece: string): void {
    this.#pieces.push(piece);
    this.#chars += piece.length;
    if (this.#chars < JOINED_CHARS) return;
    this.#joined.push(this.#pieces.join(''));
    this.#pieces = [];
    this.#chars = 0;
  }

  text(): string {
    return this.#joined.join('') + this.#pieces.join('');
  }
}
