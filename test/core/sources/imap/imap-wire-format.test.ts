// The grammar of IMAP: responses cut into lines and literals, values, structures, sets, names.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readBodyStructure, readEnvelope } from '#core/sources/imap/body-structure';
import { parseValues } from '#core/sources/imap/imap-values';
import { quotedMailbox } from '#core/sources/imap/mailbox-name';
import { LITERAL_MARK, ResponseReader, STREAMED_MARK } from '#core/sources/imap/response-reader';
import type { ResponseLine } from '#core/sources/imap/response-reader';
import { formatUidSet, parseUidSet } from '#core/sources/imap/uid-set';
import { parseAnswer } from '#core/sources/imap/wire';
import { modifiedUtf7 } from '../../../servers/modified-utf7.ts';

const values = (text: string, ...literals: string[]) =>
  parseValues({ text, literals: literals.map((each) => Buffer.from(each, 'latin1')) }, 0);

/** Everything a reader says about the input, cut into pieces of `size`. */
function read(input: string, size: number, streams = false) {
  const lines: ResponseLine[] = [];
  let streamed = '';
  const reader = new ResponseReader({
    line: (line) => void lines.push(line),
    literal: () =>
      streams
        ? {
            write: (piece) => void (streamed += piece.toString('latin1')),
            end: () => void (streamed += '|'),
          }
        : null,
  });
  const bytes = Buffer.from(input, 'latin1');
  for (let at = 0; at < bytes.length; at += size) reader.push(bytes.subarray(at, at + size));
  return { lines, streamed, isAtStart: reader.isAtStart };
}

describe('the response reader', () => {
  const INPUT =
    '* OK hello\r\n* 1 FETCH (X {5}\r\na\r\nb) Y {0}\r\n Z "q")\r\n* bare line feed\nA1 OK done\r\n';

  it.each([1, 2, 3, 7, 1000])('cuts lines and literals the same in pieces of %i', (size) => {
    const { lines, isAtStart } = read(INPUT, size);
    expect(lines.map((line) => line.text)).toEqual([
      '* OK hello',
      `* 1 FETCH (X ${LITERAL_MARK} Y ${LITERAL_MARK} Z "q")`,
      '* bare line feed',
      'A1 OK done',
    ]);
    expect(lines[1]?.literals.map((literal) => literal.toString())).toEqual(['a\r\nb)', '']);
    expect(isAtStart).toBe(true);
  });

  it.each([1, 2, 3, 1000])('streams the literals that are wanted, in pieces of %i', (size) => {
    const { lines, streamed } = read(INPUT, size, true);
    expect(streamed).toBe('a\r\nb)||');
    expect(lines[1]?.text).toBe(`* 1 FETCH (X ${STREAMED_MARK} Y ${STREAMED_MARK} Z "q")`);
  });

  it('hands back what it has not read when somebody asks to wait', async () => {
    let release: () => void = () => undefined;
    const lines: string[] = [];
    const reader = new ResponseReader({
      literal: () => null,
      line: ({ text }) => {
        lines.push(text);
        return text === 'a' ? new Promise<void>((resolve) => (release = resolve)) : undefined;
      },
    });
    const stopped = reader.push(Buffer.from('a\r\nb\r\nc\r\n'));
    expect(lines).toEqual(['a']);
    release();
    await stopped?.wait;
    expect(reader.push(stopped!.rest)).toBeUndefined();
    expect(lines).toEqual(['a', 'b', 'c']);
  });

  it.each([
    ['a line without end', 'x'.repeat(17 * 1024 * 1024)],
    ['a literal nobody wants and nobody could keep', '* X {2000000}\r\n'],
  ])('refuses %s', (_name, input) => {
    expect(() => read(input, 65_536)).toThrow(/imap\.protocol/);
  });
});

describe('values', () => {
  it('reads atoms, strings, literals, NIL and lists', () => {
    expect(
      values(`(A "b \\"c\\\\" NIL (1 ()) ${LITERAL_MARK} BODY[HEADER.FIELDS (X Y)]<0>)`, 'd\r\n'),
    ).toEqual([['A', 'b "c\\', null, ['1', []], 'd\r\n', 'BODY[HEADER.FIELDS (X Y)]<0>']]);
  });

  it.each(['(', ')', '(()', '"open', 'BODY[1', '('.repeat(200) + ')'.repeat(200)])(
    'refuses %s',
    (text) => {
      expect(() => values(text)).toThrow(/imap\.protocol/);
    },
  );

  it('never throws anything else, whatever stands in a response', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(...'()"\\[]{} aNIL1') }), (text) => {
        try {
          values(text);
        } catch (thrown) {
          expect(String(thrown)).toContain('imap.protocol');
        }
      }),
    );
  });
});

describe('a body structure', () => {
  const structure = (text: string) => readBodyStructure(values(text)[0]);
  const TEXT = '("TEXT" "PLAIN" ("CHARSET" "utf-8") NIL NIL "7BIT" 12 1 NIL NIL NIL NIL)';
  const PDF =
    '("APPLICATION" "PDF" ("NAME" "a.pdf") "<cid@x>" NIL "BASE64" 78 NIL ("ATTACHMENT" ("FILENAME" "b.pdf")) NIL)';

  it('numbers parts as FETCH wants them', () => {
    const root = structure(
      `(${TEXT}(${TEXT}${PDF} "MIXED")(${PDF} "RELATED") "MIXED" NIL NIL NIL)`,
    );
    const flat = (part: typeof root): string[] => [part.part, ...part.children.flatMap(flat)];
    expect(flat(root)).toEqual(['', '1', '2', '2.1', '2.2', '3', '3.1']);
  });

  it('reads a single part as number one, with everything that is said about it', () => {
    expect(structure(PDF)).toMatchObject({
      ...{ part: '1', mediaType: 'application/pdf', encoding: 'BASE64', encodedBytes: 78 },
      ...{ disposition: 'attachment', contentId: 'cid@x' },
      parameters: new Map([['name', 'a.pdf']]),
      dispositionParameters: new Map([['filename', 'b.pdf']]),
    });
  });

  it('reads an enclosed message without going into it', () => {
    const envelope = '("date" "=?utf-8?Q?re=C3=A7u?=" NIL NIL NIL NIL NIL NIL NIL NIL)';
    const message = `("MESSAGE" "RFC822" NIL NIL NIL "8BIT" 500 ${envelope} (${TEXT} "MIXED") 20 NIL ("INLINE" ("FILENAME" "c.eml")))`;
    expect(structure(message)).toMatchObject({
      ...{ part: '1', subject: 'reçu', children: [], disposition: 'inline' },
      dispositionParameters: new Map([['filename', 'c.eml']]),
    });
  });

  it.each(['()', '("TEXT")', '("TEXT" NIL NIL)', '(() "MIXED")', '("A" "B" "C" "D" "E" "F" "-1")'])(
    'bears with %s',
    (text) => {
      expect(structure(text).encodedBytes).toBe(0);
    },
  );

  it('reads an envelope with groups, raw bytes and nothing', () => {
    const people =
      '(("=?iso-8859-1?Q?=C9lodie?=" NIL "elodie" "example.org")(NIL NIL "group" NIL)(NIL NIL "x" "y.org"))';
    const envelope = readEnvelope(
      values(`("d" "Re\xe7u" ${people} NIL NIL NIL NIL NIL NIL "<id>")`)[0],
    );
    expect(envelope).toMatchObject({
      ...{ subject: 'Reçu', from: 'Élodie <elodie@example.org>, x@y.org', to: '' },
      ...{ messageId: '<id>', date: 'd' },
    });
  });
});

describe('sets and names', () => {
  it('writes sets of numbers and reads them back', () => {
    expect(formatUidSet([5, 3, 4, 9, 3])).toBe('3:5,9');
    fc.assert(
      fc.property(fc.uniqueArray(fc.integer({ min: 1, max: 500 }), { minLength: 1 }), (uids) => {
        const sorted = [...uids].sort((a, b) => a - b);
        expect(parseUidSet(formatUidSet(uids), 1000)).toEqual(sorted);
      }),
    );
  });

  it.each(['', '1:', 'x', '1,,2', '1:5000'])('refuses the set "%s"', (text) => {
    expect(parseUidSet(text, 1000)).toBeNull();
  });

  it('writes folder names as every server reads them', () => {
    expect(quotedMailbox('inbox')).toBe('"INBOX"');
    expect(quotedMailbox('R&D "x"\\')).toBe('"R&-D \\"x\\"\\\\"');
    for (const name of ['Traité', '経理/2026', '😀', 'a\r\nb LOGOUT', 'Envoyés & co']) {
      expect(quotedMailbox(name)).toBe(`"${modifiedUtf7(name)}"`);
      expect(quotedMailbox(name)).toMatch(/^[\x20-\x7e]+$/);
    }
  });

  it('takes an answer apart', () => {
    expect(parseAnswer('NO [TRYCREATE] no such folder')).toEqual({
      ...{ status: 'NO', code: 'TRYCREATE', codeArguments: '', text: 'no such folder' },
    });
    expect(parseAnswer('ok [COPYUID 1 2:3 4:5] moved')).toMatchObject({
      ...{ status: 'OK', code: 'COPYUID', codeArguments: '1 2:3 4:5' },
    });
    expect(parseAnswer('OK')).toMatchObject({ status: 'OK', code: '', text: '' });
    expect(() => parseAnswer('PERHAPS')).toThrow(/imap\.protocol/);
  });
});
