import fc from 'fast-check';
import { SaxesParser } from 'saxes';
import { expect, it } from 'vitest';
import { XmlReading } from '#core/envelopes/xml/xml-reading';
import { detectEncoding, textReader } from '#core/envelopes/xml/xml-encoding';
import type { XmlVisitor } from '#core/envelopes/xml/xml-visitor';

// Pieces of a document that a scanner for base64 could stumble over.
const long = (unit: string): fc.Arbitrary<string> =>
  fc.integer({ min: 0, max: 12_000 }).map((length) => unit.repeat(length).slice(0, length));
const base64 = long('QUJDREVGR0hJSktMTU5PUFFSU1RVVldYWVo=\n');
const text = fc.oneof(base64, long('été, plus > moins '), fc.constantFrom('', 'a', ' ]] ', '>>>'));
const comment = fc.oneof(long('x > y '), fc.constant('<f>not a tag</f>')).map((x) => `<!--${x}-->`);
const instruction = long('y > z ').map((body) => `<?pi ${body}?>`);
const cdata = fc
  .oneof(base64, long('é<>]'), fc.constantFrom('', ']]', '<![CDATA['))
  .map((body) => `<![CDATA[${body.replaceAll(']]>', ']] >')}]]>`);
const attribute = long('a > b ').map((value) => `<e v="${value}" w='>'/>`);
const content = fc
  .array(fc.oneof(text, comment, instruction, cdata, attribute), { maxLength: 5 })
  .map((parts) => parts.join(''));
const element = fc
  .tuple(fc.constantFrom('f', 'g', 'h'), content)
  .map(([name, inner]) => `<${name} a="1 > 0">${inner}</${name}>`);
const document = fc
  .array(fc.oneof(element, comment, text), { maxLength: 6 })
  .map((parts) => `<?xml version="1.0" encoding="UTF-8"?>\n<root>${parts.join('')}</root>\n`);

/** What the parser alone says: text of each `f`, and the sequence of tags. */
function byParserAlone(xml: string) {
  const parser = new SaxesParser({ xmlns: true });
  const tags: string[] = [];
  const payloads: string[] = [];
  const add = (piece: string): void => {
    if (tags.at(-1) === '<f' || depthOfPayload > 0) payloads[payloads.length - 1] += piece;
  };
  let depthOfPayload = 0;
  const stack: string[] = [];
  parser.on('opentag', ({ local }) => {
    tags.push(`<${local}`);
    stack.push(local);
    if (local === 'f') payloads.push('');
    depthOfPayload = local === 'f' ? 1 : 0;
  });
  parser.on('closetag', ({ local }) => {
    tags.push(`/${local}`);
    stack.pop();
    depthOfPayload = stack.at(-1) === 'f' ? 1 : 0;
  });
  for (const event of ['text', 'cdata'] as const) {
    parser.on(event, (piece) => {
      if (stack.at(-1) === 'f') add(piece);
    });
  }
  parser.write(xml).close();
  return { tags, payloads };
}

function byReading(xml: string, cuts: readonly number[]) {
  const bytes = Buffer.from(xml);
  const tags: string[] = [];
  const payloads: string[] = [];
  const visitor: XmlVisitor = {
    open: ({ local }) => void tags.push(`<${local}`),
    close: (_text, path) => void tags.push(`/${path.at(-1)!}`),
    payload(tag) {
      if (tag.local !== 'f') return null;
      const index = payloads.push('') - 1;
      const pieces: Buffer[] = [];
      return {
        write: (piece) => void pieces.push(Buffer.from(piece)),
        end: () => void (payloads[index] = Buffer.concat(pieces).toString()),
      };
    },
  };
  const reading = new XmlReading('a.xml', visitor, textReader(detectEncoding(bytes, 'a.xml')));
  let from = 0;
  for (const cut of [...cuts, bytes.length]) {
    reading.push(bytes.subarray(from, cut));
    from = cut;
  }
  reading.end();
  return { tags, payloads };
}

/** The payload path does not normalise line ends or resolve references: neither is in the texts made here. */
it('tells what the parser alone would tell, wherever the blocks are cut', () => {
  fc.assert(
    fc.property(document, fc.array(fc.nat(), { maxLength: 12 }), (xml, numbers) => {
      const length = Buffer.byteLength(xml);
      const cuts = [...new Set(numbers.map((n) => n % (length + 1)))].sort((a, b) => a - b);
      expect(byReading(xml, cuts)).toEqual(byParserAlone(xml));
    }),
    { numRuns: 400 },
  );
});

it('tells the same when every byte comes alone', () => {
  const xml = `<root><f a=">">${'QUJD'.repeat(1500)}<![CDATA[é${'QUJD'.repeat(1500)}]]><!-- > --></f><g>é</g></root>`;
  const cuts = Array.from({ length: Buffer.byteLength(xml) }, (_, i) => i);
  expect(byReading(xml, cuts)).toEqual(byParserAlone(xml));
});
