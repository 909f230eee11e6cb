// Streams for a command: what it wrote can be read, and somebody can "type".
import { PassThrough, Writable } from 'node:stream';
import type { Streams } from '../../src-main/headless/terminal/process-terminal.ts';

export type FakeStreams = Streams & {
  readonly stdin: PassThrough & { isTTY: boolean; setRawMode: (on: boolean) => unknown };
  readonly out: () => string;
  readonly err: () => string;
  /** Whether the terminal hides what is typed, after each switch. */
  readonly rawModes: readonly boolean[];
};

type Options = {
  /** All three are a terminal; otherwise pipes. */
  readonly isTerminal?: boolean;
  /** What stands on stdin from the start; it ends there, unless stdin is a terminal. */
  readonly input?: string;
};

export function fakeStreams({ isTerminal = false, input = '' }: Options = {}): FakeStreams {
  const rawModes: boolean[] = [];
  const stdin = Object.assign(new PassThrough(), {
    isTTY: isTerminal,
    setRawMode: (on: boolean) => rawModes.push(on),
  });
  stdin.write(input);
  if (!isTerminal) stdin.end();
  const [stdout, out] = collector(isTerminal);
  const [stderr, err] = collector(isTerminal);
  return { stdin, stdout, stderr, out, err, rawModes };
}

function collector(isTTY: boolean) {
  let text = '';
  const stream = new Writable({
    write: (chunk: Buffer, _encoding, done) => {
      text += chunk.toString();
      done();
    },
  });
  return [Object.assign(stream, { isTTY, columns: 80 }), () => text] as const;
}
