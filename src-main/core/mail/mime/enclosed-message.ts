// A message inside a message. Its first bytes are kept back until its subject is known (it names the `.eml`) and until
// it is clear that it is one; then it goes on unchanged, to a sink or to a parser of its own.
import type { PartSink } from '../../sources/source.ts';
import { decodeHeaderText } from '../header-text.ts';
import { readHeader } from './header-reader.ts';
import type { Stage } from './leaf-flow.ts';
import type { MimeParser } from './mime-types.ts';
import { after, type Wait } from './waiting.ts';

/** `isMessage`: it begins with a header. */
export type Choose = (subject: string, isMessage: boolean) => PartSink | Stage | null;

/** A subject further down is not waited for. */
const HEAD_BYTES = 65_536;

export class EnclosedMessage implements Stage {
  readonly #choose: Choose;
  #head: Buffer | null = Buffer.alloc(0);
  #target: PartSink | Stage | null = null;
  #last: Wait;

  constructor(choose: Choose) {
    this.#choose = choose;
  }

  write(chunk: Buffer): Wait {
    if (this.#head === null) return this.#target?.write(chunk);
    this.#head = this.#head.length === 0 ? chunk : Buffer.concat([this.#head, chunk]);
    const isWhole = this.#head.includes('\n\r\n') || this.#head.includes('\n\n');
    return isWhole || this.#head.length >= HEAD_BYTES ? this.#begin(this.#head) : undefined;
  }

  // Nothing can be waited for here: what is still on its way ends the target when it is there.
  end(): void {
    this.#last = this.#head === null ? undefined : this.#begin(this.#head);
    this.#last = after(this.#last, () => {
      this.#target?.end();
      return undefined;
    });
  }

  settled(): Wait {
    return after(this.#last, () => {
      const target = this.#target;
      return target && 'settled' in target ? target.settled() : undefined;
    });
  }

  #begin(head: Buffer): Wait {
    this.#head = null;
    const { fields, isHeader } = readHeader(head.subarray(0, HEAD_BYTES), HEAD_BYTES);
    const subject = decodeHeaderText(fields.get('subject') ?? '').trim();
    this.#target = this.#choose(subject, isHeader);
    return head.length > 0 ? this.#target?.write(head) : undefined;
  }
}

/** What is written goes to the parser; its end is waited for in `settled`. */
export function parserStage(parser: MimeParser): Stage {
  let ended: Promise<unknown> | undefined;
  return {
    write: (chunk) => parser.write(chunk),
    end() {
      ended = parser.end();
      // Looked at in `settled`; until then a failure is kept here, not unhandled.
      ended.catch(() => undefined);
    },
    settled: () => ended?.then(() => undefined),
  };
}
