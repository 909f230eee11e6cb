// Reads an XML file from end to end in bounded memory and tells a visitor what it meets. No DTD, no entities but the
// five of XML, no network, depth and attributes limited. What is cut or not well-formed is refused.
import type { Finding } from '#contract/model/envelope';
import { throwIfAborted } from '../../errors.ts';
import { readBlocks } from '../../files/read-blocks.ts';
import { type ByteSource, headOf, withBytes } from '../bytes/byte-source.ts';
import { toUtf8 } from './utf16.ts';
import { detectEncoding, textReader, type XmlEncoding } from './xml-encoding.ts';
import { XmlReading } from './xml-reading.ts';
import { ReadingStopped, type XmlVisitor } from './xml-visitor.ts';

const HEAD_BYTES = 1024;

/**
 * Resolves with what was odd but bearable. Throws RefusedError `envelope.xmlInvalid` (params `name`, `detail`),
 * `xmlTruncated`, `xmlDoctype`, `xmlTooDeep`, `xmlOversized`, `xmlEncoding`, and what the visitor throws.
 */
export async function readXml(
  source: ByteSource,
  visitor: XmlVisitor,
  signal: AbortSignal,
): Promise<readonly Finding[]> {
  const encoding = detectEncoding(await headOf(source, HEAD_BYTES), source.name);
  const isWide = encoding.family.startsWith('utf-16');
  const text = textReader(isWide ? { ...encoding, family: 'utf-8' } : encoding);
  const reading = new XmlReading(source.name, visitor, text);
  const readAll = withBytes(source, async (read) => {
    const blocks = readBlocks(read, signal);
    const bytes = isWide ? toUtf8(blocks, encoding.label) : withoutMark(blocks, encoding.markBytes);
    for await (const block of bytes) {
      throwIfAborted(signal);
      reading.push(block);
      await reading.settled();
      if (visitor.isDone?.() === true) return;
    }
    reading.end();
    await reading.settled();
  });
  await readAll.catch((error: unknown) => {
    if (!(error instanceof ReadingStopped)) throw error;
  });
  return text.isGuessing ? [guessed(source.name, encoding)] : [];
}

const guessed = (name: string, encoding: XmlEncoding): Finding => ({
  code: 'envelope.warning.encodingGuessed',
  params: { name, declared: encoding.declared || 'utf-8' },
});

async function* withoutMark(
  blocks: AsyncIterable<Buffer>,
  markBytes: number,
): AsyncGenerator<Buffer, void, undefined> {
  let left = markBytes;
  for await (const block of blocks) {
    yield block.subarray(left);
    left = 0;
  }
}
