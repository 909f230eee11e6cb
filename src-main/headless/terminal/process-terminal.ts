// The Terminal over the streams of this process.
import { readCapped } from '../../core/files/read-capped.ts';
import { usageError } from '../usage-error.ts';
import { askLine } from './ask-line.ts';
import { createLiveLines } from './live-lines.ts';
import { harmless, type Terminal } from './terminal.ts';

export type Streams = {
  readonly stdin: NodeJS.ReadableStream & {
    readonly isTTY?: boolean;
    setRawMode?: (hidden: boolean) => unknown;
  };
  readonly stdout: Screen;
  readonly stderr: Screen;
};

type Screen = NodeJS.WritableStream & { readonly isTTY?: boolean; readonly columns?: number };

export type TerminalOptions = {
  readonly quiet: boolean;
  /** No overwriting: the log goes to the same screen, or the terminal cannot. */
  readonly plain: boolean;
  /** Aborts when somebody asks to stop: a question is then given up. */
  readonly signal: AbortSignal;
};

export function createProcessTerminal(streams: Streams, options: TerminalOptions): Terminal {
  const { stdout, stderr } = streams;
  const screen = stderr.isTTY === true && !options.quiet && !options.plain;
  const live = screen ? createLiveLines(stderr, () => stderr.columns ?? 80) : null;
  const write = (stream: NodeJS.WritableStream, line: string): void => {
    live?.clear();
    stream.write(`${harmless(line)}\n`);
  };
  // Node opens stdin when it is first looked at: only for who asks.
  const isTyped = (): boolean => streams.stdin.isTTY === true;
  const ask = (hidden: boolean) => {
    if (stderr.isTTY !== true || !isTyped()) return null;
    return (question: string) =>
      askLine(streams, { question: harmless(question), hidden, signal: options.signal });
  };
  return {
    result: (line) => {
      write(stdout, line);
    },
    data: (text) => {
      live?.clear();
      stdout.write(`${text}\n`);
    },
    note: (line) => {
      if (!options.quiet) write(stderr, line);
    },
    problem: (line) => {
      write(stderr, line);
    },
    live,
    get askHidden() {
      return ask(true);
    },
    get ask() {
      return ask(false);
    },
    readInput: (maxBytes) => (isTyped() ? Promise.resolve(null) : readAll(streams.stdin, maxBytes)),
    columns: stdout.isTTY === true ? (stdout.columns ?? 80) : null,
  };
}

async function readAll(stdin: NodeJS.ReadableStream, maxBytes: number): Promise<string> {
  const input = await readCapped(stdin, maxBytes);
  if (input === undefined) throw usageError('usage.inputTooLong', { maxBytes });
  return input.toString('utf8');
}
