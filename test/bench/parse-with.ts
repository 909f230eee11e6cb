// `node parse-with.ts PARSER DIR`: reads every mail of a folder and what lies below with one parser, streaming where it can, and
// drops what it finds. Prints its own figures: what it costs to start and to load the parser is none of them, but for memory.
import { createReadStream, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';

export type ParseFigures = {
  /** Of the mails, not of what was found in them. */
  readonly megabytes: number;
  readonly wallS: number;
  readonly cpuS: number;
  readonly rssMiB: number;
};

const [parser = '', folder = ''] = process.argv.slice(2);
const files = readdirSync(folder, { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.eml'))
  .map((name) => join(folder, name));
const CHUNK = { highWaterMark: 65_536 };

async function withOurs() {
  const { createMimeParser } = await import('../../src-main/core/mail/mime/mime-parser.ts');
  return async (): Promise<number> => {
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
      // What is refused (a corpus holds such mails) has been read all the same.
      await reading.end().catch(() => undefined);
    }
    return bytes;
  };
}

async function withMailparser() {
  const { MailParser } = await import('mailparser');
  return async (): Promise<number> => {
    let bytes = 0;
    for (const file of files) {
      const options = {
        ...{
          skipHtmlToText: true,
          skipTextToHtml: true,
          skipImageLinks: true,
          skipTextLinks: true,
        },
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
  };
}

async function withPostalMime() {
  const { default: PostalMime } = await import('postal-mime');
  return async (): Promise<number> => {
    let bytes = 0;
    for (const file of files) {
      const mail = await PostalMime.parse(readFileSync(file));
      for (const { content } of mail.attachments) {
        bytes += typeof content === 'string' ? content.length : content.byteLength;
      }
    }
    return bytes;
  };
}

const parsers = { lanceur: withOurs, mailparser: withMailparser, 'postal-mime': withPostalMime };
const parse = await parsers[parser as keyof typeof parsers]();
const megabytes = files.reduce((sum, file) => sum + statSync(file).size, 0) / 1e6;
const cpu = process.cpuUsage();
const since = performance.now();
const found = await parse();
if (found === 0) throw new Error(`${parser} found nothing in ${folder}`);
const { user, system } = process.cpuUsage(cpu);
const peak = /VmHWM:\s+(\d+)/.exec(readFileSync('/proc/self/status', 'utf8'))?.[1];
process.stdout.write(
  JSON.stringify({
    megabytes,
    wallS: (performance.now() - since) / 1000,
    cpuS: (user + system) / 1e6,
    rssMiB: Number(peak) / 1024,
  } satisfies ParseFigures),
);
