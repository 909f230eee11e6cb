// Transfer encodings undone: whatever the line lengths, and however the bytes are cut on their way.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeTo, decodedSize } from '#core/mail/transfer-decoder';
import { seededBytes } from '../../helpers/seeded-bytes.ts';

/** Decodes `text` cut into pieces of `size` bytes; the pieces are overwritten, as the socket's buffer is. */
function decode(encoding: string, text: string | Buffer, size = 65_536, expected = 0): Buffer {
  const chunks: Buffer[] = [];
  let isEnded = false;
  const sink = {
    write: (chunk: Buffer) => void chunks.push(chunk),
    end: () => {
      isEnded = true;
    },
  };
  const decoder = decodeTo(sink, encoding, expected);
  const bytes = typeof text === 'string' ? Buffer.from(text, 'latin1') : text;
  for (let at = 0; at < bytes.length; at += size) {
    const piece = Buffer.from(bytes.subarray(at, at + size));
    void decoder.write(piece);
    piece.fill(0x41);
  }
  void decoder.end();
  expect(isEnded).toBe(true);
  return Buffer.concat(chunks);
}

const lines = (text: string, length: number, end = '\r\n') =>
  text.replace(new RegExp(`.{${length}}(?=.)`, 'g'), `$&${end}`) + end;

describe('base64', () => {
  const content = seededBytes(200_000, 'base64');
  const text = content.toString('base64');

  it.each([
    ['lines of 76 and CRLF', lines(text, 76)],
    ['lines of 72 and bare line feeds', lines(text, 72, '\n')],
    ['lines of 61, which is no multiple of four', lines(text, 61)],
    ['one line', text],
    ['an empty line between all lines', lines(text, 76, '\r\n\r\n')],
    ['blanks at the ends of lines', lines(text, 76, ' \t\r\n')],
    ['foreign characters', lines(text, 76, '!*\r\n')],
    ['no padding', lines(text.replace(/=+$/, ''), 76)],
    ['the URL alphabet', lines(text.replaceAll('+', '-').replaceAll('/', '_'), 76)],
    [
      'lines that change their length',
      lines(text.slice(0, 7600), 76) + lines(text.slice(7600), 60),
    ],
  ])('reads %s', (_name, encoded) => {
    for (const size of [65_536, 16_384, 1000, 77]) {
      expect(decode('base64', encoded, size, content.length).equals(content)).toBe(true);
    }
  });

  it('reads any bytes in any lines cut anywhere', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 5000 }),
        fc.integer({ min: 1, max: 100 }),
        fc.integer({ min: 1, max: 300 }),
        (bytes, length, size) => {
          const encoded = lines(Buffer.from(bytes).toString('base64'), length);
          expect([...decode('base64', encoded, size)]).toEqual([...bytes]);
        },
      ),
    );
  });

  it('joins encoded texts that follow each other', () => {
    expect(decode('base64', 'Ym9u\r\nam91cg==\r\nIGxlcw==\r\nIGdlbnM=\r\n').toString()).toBe(
      'bonjour les gens',
    );
    expect(decode('base64', 'YQ==Yg==').toString()).toBe('ab');
  });

  it('leaves out a footer glued on behind the padding', () => {
    const footer = '\r\n-- \r\nThis mail was checked by ExampleScan\r\n';
    for (const size of [1, 5, 1000]) {
      expect(decode('base64', `Ym9uam91cg==\r\n${footer}`, size).toString()).toBe('bonjour');
    }
  });

  it('takes the encoding as people write it', () => {
    expect(decode(' BASE64 ; x', 'YQ==').toString()).toBe('a');
  });

  it('hands over blocks nobody writes to any more', () => {
    const chunks: Buffer[] = [];
    const sink = { write: (chunk: Buffer) => void chunks.push(chunk), end: () => undefined };
    const decoder = decodeTo(sink, 'base64', 10);
    const encoded = Buffer.from(lines(text, 76));
    for (let at = 0; at < encoded.length; at += 4096)
      void decoder.write(encoded.subarray(at, at + 4096));
    const before = chunks.map((chunk) => Buffer.from(chunk));
    void decoder.end();
    expect(chunks.slice(0, before.length).every((chunk, i) => chunk.equals(before[i]!))).toBe(true);
    expect(Buffer.concat(chunks).equals(content)).toBe(true);
  });

  it('passes on that the sink wants to wait, and ends it only afterwards', async () => {
    const events: string[] = [];
    const sink = {
      write: async () => {
        events.push('write');
        await Promise.resolve();
        events.push('written');
      },
      end: () => void events.push('end'),
    };
    const decoder = decodeTo(sink, 'base64', 3);
    await decoder.write(Buffer.from('YWJj'));
    await decoder.end();
    expect(events).toEqual(['write', 'written', 'end']);
  });
});

describe('quoted-printable', () => {
  it.each([
    ['escapes in both cases', 'caf=C3=A9 =c3=a9', 'café é'],
    ['soft line breaks', 'one=\r\ntwo=\nthree', 'onetwothree'],
    ['soft line breaks with blanks behind', 'one= \t\r\ntwo', 'onetwo'],
    ['blanks at the end of a line', 'one \t\r\ntwo  ', 'one\r\ntwo'],
    ['blanks inside a line', 'one \t two', 'one \t two'],
    ['line ends', 'a\r\nb\nc', 'a\r\nb\nc'],
    ['invalid escapes, unchanged', 'a=ZZ b=3 c=', 'a=ZZ b=3 c'],
    ['a lone equals sign', 'a=b', 'a=b'],
    ['a carriage return that ends no line', 'a \rb', 'a \rb'],
  ])('reads %s', (_name, encoded, expected) => {
    for (const size of [1, 2, 3, 100]) {
      expect(decode('quoted-printable', encoded, size).toString()).toBe(expected);
    }
  });

  it('reads any bytes cut anywhere', () => {
    const escape = (byte: number) => `=${byte.toString(16).toUpperCase().padStart(2, '0')}`;
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 3000 }),
        fc.integer({ min: 1, max: 50 }),
        (bytes, size) => {
          const encoded = [...bytes].map(escape).join('').replace(/.{72}/g, '$&=\r\n');
          expect([...decode('Quoted-Printable', encoded, size)]).toEqual([...bytes]);
        },
      ),
    );
  });

  it('keeps a run of blanks longer than any padding', () => {
    const text = `${' '.repeat(100_000)}x`;
    expect(decode('quoted-printable', text, 777).toString()).toBe(text);
  });
});

describe('uuencode', () => {
  const ENCODED = 'begin 644 cat.txt\r\n#0V%T\r\n`\r\nend\r\nnot this\r\n';

  it.each([1, 5, 100])('reads what stands between begin and end, in pieces of %i', (size) => {
    expect(decode('x-uuencode', ENCODED, size).toString()).toBe('Cat');
  });

  it('reads lines whose blanks were cut at the end', () => {
    expect(decode('uuencode', 'begin 644 x\n#````\n#\nend\n')).toEqual(Buffer.alloc(6));
  });
});

describe('no encoding', () => {
  it.each(['7bit', '8bit', 'binary', '', 'x-unknown-9000'])('passes %s as it is', (encoding) => {
    const content = seededBytes(300_000, 'raw');
    expect(decode(encoding, content, 999).equals(content)).toBe(true);
  });

  it('estimates the size of what comes out', () => {
    expect(decodedSize('base64', 78)).toBe(57);
    expect(decodedSize('8BIT', 78)).toBe(78);
  });
});
