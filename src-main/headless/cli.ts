// The `lanceur` command, given its words and its surroundings: finds the command, runs it, and turns whatever it
// throws into one sentence and an exit code. Knows nothing of the process.
import manifest from '../../package.json' with { type: 'json' };
import { dataFolder } from '../core/data-folder.ts';
import { type AppError, CancelledError, toAppError, toErrorBody } from '../core/errors.ts';
import type { SecretBox } from '../core/ports.ts';
import { sayReason } from '#contract/texts/say-reason';
import { carrierLines } from './commands/say-carrier.ts';
import type { Texts } from '#contract/texts/texts';
import type { Command, CommandContext, Environment } from './command.ts';
import { type CommandLine, glanceAtOptions, parseCommandLine } from './command-line.ts';
import { type ExitCode, exitCodes, exitOfError } from './exit-codes.ts';
import { loadTexts } from '../core/texts/load-texts.ts';
import { chooseLanguage } from './language.ts';
import type { Session } from './session.ts';
import { createProcessTerminal, type Streams } from './terminal/process-terminal.ts';
import type { Terminal } from './terminal/terminal.ts';
import { watchOutput } from './terminal/watch-output.ts';

export type World = {
  /** The words after `lanceur`. */
  readonly argv: readonly string[];
  readonly environment: Environment;
  readonly platform: NodeJS.Platform;
  readonly workingDir: string;
  readonly streams: Streams;
  /** Aborts when somebody asks to stop. */
  readonly signal: AbortSignal;
  /** Instead of the vault; see `HeadlessPortsOptions`. */
  readonly secretBox?: SecretBox | undefined;
};

export async function runCli(world: World): Promise<ExitCode> {
  const { argv, streams } = world;
  const output = watchOutput(streams);
  if (argv[0] === '--version') {
    streams.stdout.write(`${manifest.version}\n`);
    return exitCodes.ok;
  }
  // Even a sentence about a wrong option is to be in the right language and form.
  const { quiet, verbose, json, language } = glanceAtOptions(argv);
  const terminal = createProcessTerminal(streams, {
    quiet,
    plain: verbose || world.environment['TERM'] === 'dumb',
    signal: world.signal,
  });
  const texts = await loadTexts(chooseLanguage(language, world.environment));
  const report = (thrown: unknown): ExitCode =>
    reportError(toAppError(thrown), { terminal, texts, json, verbose });
  try {
    const line = parseCommandLine(argv);
    chooseLanguage(line.arguments.text('lang'), world.environment);
    const code = await runCommand(line, world, { terminal, texts, verbose });
    await output.settle();
    return code;
  } catch (thrown) {
    return report(thrown);
  }
}

type Face = { readonly terminal: Terminal; readonly texts: Texts; readonly verbose: boolean };

async function runCommand(line: CommandLine, world: World, face: Face): Promise<ExitCode> {
  const { terminal, texts, verbose } = face;
  const surroundings = {
    dataDir: dataFolder({ ...world, wanted: line.arguments.text('data') }),
    verbose,
    showLine: terminal.problem,
    secretBox: world.secretBox,
  };
  const holder = createSessionHolder(async () =>
    (await import('./session.ts')).openSession(surroundings),
  );
  const scratch = createSessionHolder(async () =>
    (await import('./local-session.ts')).openScratchSession(surroundings),
  );
  const context: CommandContext = {
    arguments: line.arguments,
    texts,
    terminal,
    environment: world.environment,
    workingDir: world.workingDir,
    surroundings,
    json: line.arguments.flag('json'),
    signal: world.signal,
    session: holder.open,
    scratch: scratch.open,
  };
  const sayStopping = (): void => {
    if (line.command?.name !== 'serve') terminal.note(texts.say('cli.stopping'));
  };
  world.signal.addEventListener('abort', sayStopping, { once: true });
  try {
    const command = await chooseCommand(line);
    const code = await command(context);
    if (world.signal.aborted && line.command?.name !== 'serve') throw new CancelledError();
    return code;
  } finally {
    world.signal.removeEventListener('abort', sayStopping);
    await scratch.close();
    await holder.close();
  }
}

async function chooseCommand(line: CommandLine): Promise<Command> {
  const asked = line.command;
  if (line.arguments.flag('version')) return showVersion;
  if (asked !== undefined && !line.arguments.flag('help')) return asked.load();
  const { helpOn } = await import('./commands/help.ts');
  return helpOn(asked?.name, line.arguments.flag('help'));
}

const showVersion: Command = ({ terminal }) => {
  terminal.result(manifest.version);
  return Promise.resolve(exitCodes.ok);
};

/** One session for a command, however often it asks; opened when it first does. */
function createSessionHolder(open: () => Promise<Session>) {
  let opened: Promise<Session> | undefined;
  return {
    open: (): Promise<Session> => (opened ??= open()),
    close: async (): Promise<void> => {
      const session = await opened?.catch(() => undefined);
      await session?.close();
    },
  };
}

function reportError(
  error: AppError,
  { terminal, texts, json, verbose }: Face & { readonly json: boolean },
): ExitCode {
  const sentence = sayReason(texts, error);
  if (json) {
    terminal.problem(JSON.stringify({ error: toErrorBody(error), message: sentence }));
  } else {
    terminal.problem(sentence);
    for (const line of carrierLines(texts, error.params)) terminal.problem(line);
    if (error.field !== undefined) terminal.problem(texts.say('cli.field', { field: error.field }));
  }
  // With --json there is one line, for scripts.
  if (verbose || (error.kind === 'unexpected' && !json)) {
    const origin = error.cause instanceof Error ? error.cause : error;
    for (const line of (origin.stack ?? '').split('\n')) terminal.problem(line);
  }
  return exitOfError(error);
}
