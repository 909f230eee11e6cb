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
};

export function createProcessTerminal(streams: Streams, options: TerminalOptions): Terminal {
  const { stdin, stdout, stderr } = streams;
  const screen = stderr.isTTY === true && !options.quiet && !options.plain;
  const live = screen ? createLiveLines(stderr, () => stderr.columns ?? 80) : null;
  const write = (stream: NodeJS.WritableStream, line: string): void => {
    live?.clear();
    stream.write(`${harmless(line)}\n`);
  };
  const canAsk = stdin.isTTY === true && stderr.isTTY === true;
  const ask = (hidden: boolean) => (question: string) =>
    askLine({ stdin, stderr }, { question: harmless(question), hidden });
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
    askHidden: canAsk ? ask(true) : null,
    ask: canAsk ? ask(false) : null,
    readInput: (maxBytes) =>
      stdin.isTTY === true ? Promise.resolve(null) : readAll(stdin, maxBytes),
    columns: stdout.isTTY === true ? (stdout.columns ?? 80) : null,
  };
}

async function readAll(stdin: NodeJS.ReadableStream, maxBytes: number): Promise<string> {
  const input = await readCapped(stdin, maxBytes);
  if (input === undefined) throw usageError('usage.inputTooLong', { maxBytes });
  return input.toString('utf8');
}
