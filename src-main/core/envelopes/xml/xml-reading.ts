// One XML file under way: bytes come in blocks cut anywhere, a visitor is told what they say, and texts that carry
// files go to their sinks without ever being a string. Depth, attributes and texts are limited.
import { SaxesParser } from 'saxes';
import { RefusedError } from '../../errors.ts';
import { oneAtATime } from './one-at-a-time.ts';
import { withoutReferences } from './payload-text.ts';
import type { TextReader } from './xml-encoding.ts';
import { XmlFeed } from './xml-feed.ts';
import type { PayloadSink, XmlTag, XmlVisitor } from './xml-visitor.ts';

const MAX_DEPTH = 200;
const MAX_ATTRIBUTES = 1000;
const MAX_TEXT = 65_536;

export class XmlReading {
  readonly #name: string;
  readonly #visitor: XmlVisitor;
  readonly #reader: TextReader;
  readonly #feed: XmlFeed;
  readonly #parser = new SaxesParser({ xmlns: true, position: false });
  readonly #path: string[] = [];
  readonly #sinks: (PayloadSink | null)[] = [];
  #waits: Promise<void>[] = [];
  #text = '';
  #attributes = 0;

  constructor(name: string, visitor: XmlVisitor, reader: TextReader) {
    this.#name = name;
    this.#visitor = visitor;
    this.#reader = reader;
    this.#feed = new XmlFeed(
      {
        parse: (bytes) => {
          this.#parser.write(this.#reader.read(bytes));
        },
        payload: (bytes) => this.#payload(bytes),
        skipped: () => {
          this.#reader.skip();
        },
      },
      name,
    );
    this.#listen();
  }

  push(block: Buffer): void {
    this.#feed.push(block);
  }

  end(): void {
    this.#feed.end();
    if (this.#path.length > 0)
      throw new RefusedError('envelope.xmlTruncated', { name: this.#name });
    this.#parser.close();
  }

  /** Waits for the payload sinks. */
  async settled(): Promise<void> {
    while (this.#waits.length > 0) {
      const waits = this.#waits;
      this.#waits = [];
      await Promise.all(waits);
    }
  }

  #listen(): void {
    const parser = this.#parser;
    const refuse = (code: string): never => {
      throw new RefusedError(code, { name: this.#name });
    };
    parser.on('error', (error) => {
      throw new RefusedError('envelope.xmlInvalid', { name: this.#name, detail: error.message });
    });
    parser.on('doctype', () => refuse('envelope.xmlDoctype'));
    parser.on('attribute', () => {
      if (++this.#attributes > MAX_ATTRIBUTES) refuse('envelope.xmlOversized');
    });
    parser.on('opentag', (tag) => {
      if (this.#path.length >= MAX_DEPTH) refuse('envelope.xmlTooDeep');
      this.#open(tag);
    });
    parser.on('closetag', () => {
      this.#close();
    });
    parser.on('text', (text) => {
      this.#characters(text);
    });
    parser.on('cdata', (text) => {
      this.#characters(text);
      this.#feed.event();
    });
    for (const event of ['comment', 'processinginstruction', 'xmldecl'] as const) {
      parser.on(event, () => {
        this.#feed.event();
      });
    }
  }

  #open(tag: XmlTag): void {
    this.#path.push(tag.local);
    this.#text = '';
    this.#attributes = 0;
    this.#visitor.open(tag, this.#path);
    const sink = this.#visitor.payload?.(tag, this.#path) ?? null;
    this.#sinks.push(sink === null ? null : withoutReferences(oneAtATime(sink)));
    this.#feed.event();
  }

  #close(): void {
    this.#visitor.close(this.#text.trim(), this.#path);
    this.#path.pop();
    this.#await(this.#sinks.pop()?.end());
    this.#text = '';
    this.#feed.event();
  }

  #characters(text: string): void {
    const sink = this.#sinks.at(-1);
    if (sink) this.#await(sink.write(Buffer.from(text)));
    else if (this.#text.length < MAX_TEXT) this.#text += text.slice(0, MAX_TEXT);
  }

  #payload(bytes: Buffer): boolean {
    const sink = this.#sinks.at(-1);
    if (!sink) return false;
    this.#await(sink.write(bytes));
    return true;
  }

  #await(wait: Promise<void> | undefined): void {
    if (wait === undefined) return;
    // Looked at in `settled`; until then a failure must not count as unhandled.
    wait.catch(() => undefined);
    this.#waits.push(wait);
  }
}
