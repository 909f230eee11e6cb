// What a command is, and what it may use: nothing of the process itself, so that tests can give it all.
import type { Texts } from '#contract/texts/texts';
import type { Arguments } from './command-line.ts';
import type { ExitCode } from './exit-codes.ts';
import type { HeadlessPortsOptions } from './headless-ports.ts';
import type { Session } from './session.ts';
import type { Terminal } from './terminal/terminal.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

export type CommandContext = {
  readonly arguments: Arguments;
  readonly texts: Texts;
  readonly terminal: Terminal;
  readonly environment: Environment;
  /** Relative paths on the command line mean places below this. */
  readonly workingDir: string;
  /** The data folder, and where the log goes. */
  readonly surroundings: HeadlessPortsOptions;
  readonly json: boolean;
  /** Aborts when somebody asks to stop (Ctrl+C, SIGTERM). */
  readonly signal: AbortSignal;
  /** The program on the data folder, in this process or in a running `serve`; closed when the command ends. */
  readonly session: () => Promise<Session>;
  /** A core without data, for what needs none: works whoever holds the data folder, and leaves nothing behind. */
  readonly scratch: () => Promise<Session>;
};

/** Throws AppErrors; `cli.ts` turns them into a sentence and an exit code. */
export type Command = (context: CommandContext) => Promise<ExitCode>;
