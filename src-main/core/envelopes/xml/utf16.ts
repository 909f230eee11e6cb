// UTF-16 made UTF-8 on the fly: the scanner behind it looks for ASCII bytes.
const BLOCK_CHARACTERS = 65_536;

export async function* toUtf8(
  blocks: AsyncIterable<Buffer>,
  label: string,
): AsyncGenerator<Buffer, void, undefined> {
  // Takes the byte order mark out by itself.
  const decoder = new TextDecoder(label);
  for await (const block of blocks) {
    yield* pieces(decoder.decode(block, { stream: true }));
  }
  yield* pieces(decoder.decode());
}

function* pieces(text: string): Generator<Buffer> {
  let from = 0;
  while (from < text.length) {
    let to = Math.min(text.length, from + BLOCK_CHARACTERS);
    // Both halves of a surrogate pair belong to one character.
    if (to < text.length && isHighSurrogate(text.charCodeAt(to - 1))) to++;
    yield Buffer.from(text.slice(from, to));
    from = to;
  }
}

const isHighSurrogate = (unit: number): boolean => (unit & 0xfc00) === 0xd800;
