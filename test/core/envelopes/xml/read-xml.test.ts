import { describe, expect, it } from 'vitest';
import { bufferBytes } from '#core/envelopes/bytes/byte-source';
import { readXml } from '#core/envelopes/xml/read-xml';
import type { PayloadSink, XmlVisitor } from '#core/envelopes/xml/xml-visitor';
import { noSignal, refusal } from '../../../envelopes/units.ts';
import { encodeXml, ENCODINGS } from '../../../envelopes/xml-text.ts';

function collector() {
  const texts: [string, string][] = [];
  const visitor: XmlVisitor = {
    open: () => undefined,
    close(text, path) {
      texts.push([path.join('/'), text]);
    },
  };
  return { texts, visitor };
}

const read = (bytes: Buffer | string, visitor: XmlVisitor = collector().visitor) =>
  readXml(bufferBytes('a.xml', Buffer.from(bytes)), visitor, noSignal());

describe('readXml', () => {
  it.each(ENCODINGS)('reads accents in a file written in %s', async (encoding) => {
    const { texts, visitor } = collector();
    await read(encodeXml('<a><b>été à Noël</b></a>', encoding), visitor);
    expect(texts[0]).toEqual(['a/b', 'été à Noël']);
  });

  it('warns when the bytes are not what the declaration says, and reads them as Windows wrote them', async () => {
    const { texts, visitor } = collector();
    const bytes = Buffer.from('<?xml version="1.0" encoding="UTF-8"?><a>l\x92été</a>', 'latin1');
    expect(await read(bytes, visitor)).toEqual([
      {
        code: 'envelope.warning.encodingGuessed',
        params: { name: 'a.xml', declared: 'utf-8' },
      },
    ]);
    expect(texts).toEqual([['a', 'l’été']]);
  });

  it('believes the bytes when 8-bit text declares UTF-16', async () => {
    const { texts, visitor } = collector();
    await read('<?xml version="1.0" encoding="UTF-16"?><a>été</a>', visitor);
    expect(texts).toEqual([['a', 'été']]);
  });

  it('reads the five entities and character references', async () => {
    const { texts, visitor } = collector();
    await read('<a>&lt;&amp;&#233;&#xE9;</a>', visitor);
    expect(texts).toEqual([['a', '<&éé']]);
  });

  it.each([
    ['a document type', '<!DOCTYPE a><a/>', 'xmlDoctype'],
    ['entities of its own', '<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>', 'xmlDoctype'],
    [
      'a file from elsewhere',
      '<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>',
      'xmlDoctype',
    ],
    ['an undeclared entity', '<a>&b;</a>', 'xmlInvalid'],
    ['a tag that is not closed properly', '<a></b>', 'xmlInvalid'],
    ['two attributes of one name', '<a b="1" b="2"/>', 'xmlInvalid'],
    ['a prefix without namespace', '<a:b/>', 'xmlInvalid'],
    ['no root', '<!-- nothing -->', 'xmlInvalid'],
    ['an end that is missing', '<a><b>text', 'xmlTruncated'],
    ['an end cut inside a tag', '<a><b>text</', 'xmlTruncated'],
    ['an end cut inside the first tag', '<?xml version="1.0"?><a xmlns="http://', 'xmlTruncated'],
    ['201 levels', '<a>'.repeat(201), 'xmlTooDeep'],
    [
      '1,001 attributes',
      `<a ${Array.from({ length: 1001 }, (_, i) => `b${i}=""`).join(' ')}/>`,
      'xmlOversized',
    ],
    ['a comment of 5 MB', `<a><!--${'x'.repeat(5_000_000)}--></a>`, 'xmlOversized'],
    ['an attribute of 5 MB', `<a b="${'>'.repeat(5_000_000)}"/>`, 'xmlOversized'],
    ['an encoding nobody knows', '<?xml version="1.0" encoding="klingon"?><a/>', 'xmlEncoding'],
    ['UTF-32', Buffer.from('<\0\0\0a\0\0\0/\0\0\0>\0\0\0', 'latin1'), 'xmlInvalid'],
  ])('refuses %s', async (_what, text, code) => {
    expect((await refusal(read(text))).code).toBe(`envelope.${code}`);
  });

  it('stops when it is told to', async () => {
    const stop = new AbortController();
    stop.abort();
    const source = bufferBytes('a.xml', Buffer.from('<a/>'));
    await expect(readXml(source, collector().visitor, stop.signal)).rejects.toMatchObject({
      kind: 'cancelled',
    });
  });

  it('keeps the order of a payload though its sink is slow', async () => {
    const base64 = Buffer.alloc(2_000_000, 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdef\n').toString();
    const got: string[] = [];
    const slowSink = (index: number): PayloadSink => ({
      write: async (bytes) => {
        const text = bytes.toString();
        await new Promise(setImmediate);
        got[index] += text;
      },
      end: async () => {
        await new Promise(setImmediate);
        got[index] += '|';
      },
    });
    const visitor: XmlVisitor = {
      ...collector().visitor,
      payload: (_tag, path) => (path.length === 1 ? null : slowSink(got.push('') - 1)),
    };
    const file = `<a><f>short<!-- ${'c'.repeat(9000)} -->${base64}</f><f>next</f></a>`;
    await read(file, visitor);
    expect(got).toEqual([`short${base64}|`, 'next|']);
  });

  it('leaves the line ends of Java out of base64', async () => {
    const got: string[] = [];
    const visitor: XmlVisitor = {
      ...collector().visitor,
      payload: () => ({
        write: (bytes) => void got.push(bytes.toString()),
        end: () => undefined,
      }),
    };
    const line = `${'QUJD'.repeat(19)}&#13;\n`;
    await read(`<f>${line.repeat(500)}</f>`, visitor);
    expect(got.join('')).toBe(`${'QUJD'.repeat(19)}\n`.repeat(500));
  });
});
