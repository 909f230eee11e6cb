// Runs the `lanceur` command in this process, on a data folder of its own, and tells what came of it.
import { runCli } from '../../src-main/headless/cli.ts';
import { fakeStreams, type FakeStreams } from './fake-terminal.ts';

export type Outcome = { readonly code: number; readonly out: string; readonly err: string };

type Options = {
  readonly dataDir: string;
  readonly environment?: Readonly<Record<string, string>>;
  readonly streams?: FakeStreams;
  readonly input?: string;
  readonly signal?: AbortSignal;
  readonly workingDir?: string;
};

/** `words`: what stands after `lanceur`, without --data. English unless the environment says otherwise. */
export async function runCommand(words: readonly string[], options: Options): Promise<Outcome> {
  const { dataDir, environment = {}, input = '', signal = new AbortController().signal } = options;
  const streams = options.streams ?? fakeStreams({ input });
  const code = await runCli({
    argv: [...words, '--data', dataDir],
    environment: { LANG: 'en_GB.UTF-8', ...environment },
    platform: process.platform,
    workingDir: options.workingDir ?? dataDir,
    streams,
    signal,
  });
  return { code, out: streams.out(), err: streams.err() };
}
