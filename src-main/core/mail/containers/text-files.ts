// Files that stand inside a text, as mail programs put them before MIME: uuencode and yEnc. The text goes on to its own
// sink unchanged. Only what is followed by real data counts: a sentence may begin with `begin 644 the day`.
import type { PartSink } from '../../sources/source.ts';
import type { Stage } from '../mime/leaf-flow.ts';
import type { LeafOutcome } from '../mime/mime-types.ts';
import { after, both, type Wait } from '../mime/waiting.ts';
import type { Begin, FileLines, OpenInside } from './inside-file.ts';
import { readUuBegin, startUuFile } from './uu-file.ts';
import { readYencBegin, startYencFile } from './yenc-file.ts';

const LF = 10;
const LONGEST_LINE = 1000;
const BEGIN = Buffer.from('begin ');

export class TextFiles implements Stage {
  readonly #sink: PartSink | null;
  readonly #open: OpenInside;
  /** A line, or a beginning, that cannot be judged yet. */
  #carry: Buffer = Buffer.alloc(0);
  #isMidLine = false;
  #current: {
    lines: FileLines;
    ended: (outcome: LeafOutcome) => void;
    encodedBytes: number;
  } | null = null;
  #wait: Wait;

  constructor(sink: PartSink | null, open: OpenInside) {
    this.#sink = sink;
    this.#open = open;
  }

  write(chunk: Buffer): Wait {
    const data = this.#carry.length > 0 ? Buffer.concat([this.#carry, chunk]) : chunk;
    this.#carry = Buffer.from(data.subarray(this.#scan(data, false)));
    return both(this.#takeWait(), this.#sink?.write(chunk));
  }

  end(): void {
    this.#scan(this.#carry, true);
    this.#close();
    this.#sink?.end();
  }

  settled(): Wait {
    return this.#takeWait();
  }

  #takeWait(): Wait {
    const wait = this.#wait;
    this.#wait = undefined;
    return wait;
  }

  /** Returns where it stopped for want of more. */
  #scan(data: Buffer, isLast: boolean): number {
    let at = 0;
    if (this.#isMidLine) {
      at = data.indexOf(LF) + 1;
      if (at === 0) return data.length;
      this.#isMidLine = false;
    }
    while (at < data.length) {
      if (this.#current) {
        const { to, isOver } = this.#current.lines.take(data, at, isLast);
        this.#current.encodedBytes += to - at;
        this.#flush();
        at = to;
        if (!isOver) return at;
        this.#close();
        continue;
      }
      const start = beginOf(data, at);
      if (start < 0) return this.#restOfText(data, at);
      const begin = readUuBegin(data, start, isLast) ?? readYencBegin(data, start);
      if (begin === 'undecided' && !isLast && data.length - start < 2 * LONGEST_LINE) return start;
      if (begin === null || begin === 'undecided') {
        at = start + BEGIN.length;
        continue;
      }
      this.#begin(begin);
      at = begin.next;
    }
    return at;
  }

  #restOfText(data: Buffer, at: number): number {
    const lineStart = Math.max(at, data.lastIndexOf(LF) + 1);
    if (data.length - lineStart <= LONGEST_LINE) return lineStart;
    this.#isMidLine = true;
    return data.length;
  }

  #begin({ file }: Begin): void {
    const { sink, ended } = this.#open(file);
    const lines = file.encoding === 'x-yenc' ? startYencFile(sink) : startUuFile(sink);
    this.#current = { lines, ended, encodedBytes: 0 };
  }

  #flush(): void {
    const lines = this.#current?.lines;
    this.#wait = after(this.#wait, () => lines?.flush());
  }

  #close(): void {
    const current = this.#current;
    if (!current) return;
    this.#current = null;
    const { lines, ended, encodedBytes } = current;
    this.#wait = after(this.#wait, () =>
      after(lines.end(), () => {
        ended({ encodedBytes, ...lines.outcome() });
        return undefined;
      }),
    );
  }
}

/** Start of the next line that begins with `begin ` or `=ybegin `; -1 when there is none. `at` is a line start, or lies within one that was judged. */
function beginOf(data: Buffer, at: number): number {
  for (let found = data.indexOf(BEGIN, at); found >= 0; found = data.indexOf(BEGIN, found + 1)) {
    const start =
      data.toString('latin1', Math.max(0, found - 2), found) === '=y' ? found - 2 : found;
    if (start === 0 || data[start - 1] === LF) return start;
  }
  return -1;
}
