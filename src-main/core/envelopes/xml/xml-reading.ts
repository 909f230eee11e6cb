// One XML file under way: bytes come in blocks cut anywhere, a visitor is told what they say, and texts that carry
// files go to their sinks without ever being a string. Depth, attributes and texts are limited.
import { SaxesParser } from 'saxes';
import type { ErrorParams } from '#contract/error-codes';
import { AppError, RefusedError } from '../../errors.ts';
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
  /** What is thrown meanwhile is not the parser's. */
  #isTelling = false;

  constructor(name: string, visitor: XmlVisitor, reader: TextReader) {
    this.#name = name;
    this.#visitor = visitor;
    this.#reader = reader;
    this.#feed = new XmlFeed(
      {
        parse: (bytes) => {
          const text = this.#reader.read(bytes);
          this.#parse(() => this.#parser.write(text));
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
    if (this.#path.length > 0) throw this.#refused('envelope.xmlTruncated');
    this.#parse(() => this.#parser.close());
  }

  /** Waits for the payload sinks. */
  async settled(): Promise<void> {
    while (this.#waits.length > 0) {
      const waits = this.#waits;
      this.#waits = [];
      await Promise.all(waits);
    }
  }

  /**
   * No more than six handlers: with a seventh the parser's object leaves V8's fast form and everything takes three times
   * as long. Hence no `error` (the parser then throws), no `attribute`, and none for instructions, behind which a
   * text is simply the parser's until the next tag.
   */
  #listen(): void {
    const parser = this.#parser;
    parser.on('doctype', () => {
      throw this.#refused('envelope.xmlDoctype');
    });
    parser.on('opentag', (tag) => {
      this.#isTelling = true;
      this.#open(tag);
      this.#isTelling = false;
    });
    parser.on('closetag', () => {
      this.#isTelling = true;
      this.#close();
      this.#isTelling = false;
    });
    parser.on('text', (text) => {
      this.#isTelling = true;
      this.#characters(text);
      this.#isTelling = false;
    });
    parser.on('cdata', (text) => {
      this.#isTelling = true;
      this.#characters(text);
      this.#isTelling = false;
      this.#feed.event();
    });
    parser.on('comment', () => {
      this.#feed.event();
    });
  }

  #parse(work: () => unknown): void {
    try {
      work();
    } catch (error) {
      const isOurs = this.#isTelling || error instanceof AppError;
      if (isOurs || !(error instanceof Error)) throw error;
      // Cut inside its first tag, nothing of it is open yet: the parser alone knows.
      if (/\bunexpected end\b/.test(error.message)) throw this.#refused('envelope.xmlTruncated');
      throw this.#refused('envelope.xmlInvalid', { detail: error.message });
    }
  }

  #refused(code: string, params: ErrorParams = {}): RefusedError {
    return new RefusedError(code, { name: this.#name, ...params });
  }

  #open(tag: XmlTag): void {
    if (this.#path.length >= MAX_DEPTH) throw this.#refused('envelope.xmlTooDeep');
    if (Object.keys(tag.attributes).length > MAX_ATTRIBUTES) {
      throw this.#refused('envelope.xmlOversized');
    }
    this.#path.push(tag.local);
    this.#text = '';
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
