// `node parse-with.ts PARSER DIR`: reads every mail of a folder with one parser, streaming where it can, and drops what it finds.
import { createReadStream, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const [parser = '', folder = ''] = process.argv.slice(2);
const files = readdirSync(folder).map((name) => join(folder, name));
const CHUNK = { highWaterMark: 65_536 };

async function withOurs(): Promise<number> {
  const { createMimeParser } = await import('../../src-main/core/mail/mime/mime-parser.ts');
  let bytes = 0;
  for (const file of files) {
    const sink = {
      write: (chunk: Buffer) => {
        bytes += chunk.length;
        return undefined;
      },
      end: () => undefined,
    };
    const reading = createMimeParser({ leaf: () => sink });
    for await (const chunk of createReadStream(file, CHUNK)) await reading.write(chunk as Buffer);
    await reading.end();
  }
  return bytes;
}

async function withMailparser(): Promise<number> {
  const { MailParser } = await import('mailparser');
  let bytes = 0;
  for (const file of files) {
    const options = {
      ...{ skipHtmlToText: true, skipTextToHtml: true, skipImageLinks: true, skipTextLinks: true },
    };
    const reading = new MailParser(options);
    await new Promise<void>((resolve, reject) => {
      reading.on(
        'data',
        (data: { type: string; content?: NodeJS.ReadableStream; release?: () => void }) => {
          if (data.type !== 'attachment' || !data.content) return;
          data.content.on('data', (chunk: Buffer) => (bytes += chunk.length));
          data.content.on('end', () => data.release?.());
        },
      );
      reading.on('end', () => {
        resolve();
      });
      reading.on('error', reject);
      createReadStream(file, CHUNK).pipe(reading);
    });
  }
  return bytes;
}

async function withPostalMime(): Promise<number> {
  const { default: PostalMime } = await import('postal-mime');
  let bytes = 0;
  for (const file of files) {
    const mail = await PostalMime.parse(readFileSync(file));
    for (const { content } of mail.attachments) {
      bytes += typeof content === 'string' ? content.length : content.byteLength;
    }
  }
  return bytes;
}

const parsers = { lanceur: withOurs, mailparser: withMailparser, 'postal-mime': withPostalMime };
const parse = parsers[parser as keyof typeof parsers];
process.stdout.write(`${await parse()}\n`);
