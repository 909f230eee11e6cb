// Reads the words after `lanceur`: which command, its options and its arguments. Strict: what is unknown,
// doubled or out of range is a usage error that names it. Pure.
import { parseArgs } from 'node:util';
import { AppError } from '../core/errors.ts';
import { commands, type CommandSpec, type OptionKind } from './commands/registry.ts';
import { usageError } from './usage-error.ts';

/** Options every command takes. */
export const globalOptions = {
  data: 'text',
  lang: 'text',
  quiet: 'flag',
  verbose: 'flag',
  json: 'flag',
  help: 'flag',
  version: 'flag',
} as const satisfies Readonly<Record<string, OptionKind>>;

const shortNames: Readonly<Record<string, string>> = { quiet: 'q', verbose: 'v', help: 'h' };

export type Arguments = {
  readonly positionals: readonly string[];
  readonly flag: (name: string) => boolean;
  readonly text: (name: string) => string | undefined;
  /** Of an option that may be given several times. */
  readonly texts: (name: string) => readonly string[];
  /** Throws usage.notANumber where the option is not a whole number from `min` to `max`. */
  readonly integer: (name: string, range: Range) => number | undefined;
};

type Range = { readonly min: number; readonly max: number };

export type CommandLine = {
  /** Undefined: no command was named. */
  readonly command: CommandSpec | undefined;
  readonly arguments: Arguments;
};

/** Throws usage errors; see `usage.*` in the locales. */
export function parseCommandLine(argv: readonly string[]): CommandLine {
  const command = findCommand(argv);
  const options = { ...globalOptions, ...command?.options };
  const parsed = parse(argv, options);
  // `--data "$FOLDER"` of a script that forgot to set it: not the system's folder, which nobody meant.
  if (parsed.values['data'] === '') throw usageError('usage.missingValue', { option: '--data' });
  const rest = parsed.positionals.slice(command?.name.split(' ').length ?? 0);
  const asksOtherwise = parsed.values['help'] === true || parsed.values['version'] === true;
  if (command !== undefined && !asksOtherwise) checkCount(command, rest);
  if (command === undefined && rest[0] !== undefined) {
    throw usageError('usage.unknownCommand', { command: rest.slice(0, 2).join(' ') });
  }
  return { command, arguments: readArguments(parsed.values, rest) };
}

/** The common options of a line that may be wrong otherwise. Never throws; `language`: only one there is. */
export function glanceAtOptions(argv: readonly string[]) {
  const { values } = parseArgs({
    args: [...argv],
    options: Object.fromEntries(optionConfig(globalOptions)),
    allowPositionals: true,
    strict: false,
  });
  const { quiet, verbose, json, lang } = values;
  return {
    quiet: quiet === true,
    verbose: verbose === true,
    json: json === true,
    language: lang === 'fr' || lang === 'en' ? lang : undefined,
  };
}

type Values = Readonly<Record<string, unknown>>;
type Parsed = { readonly values: Values; readonly positionals: readonly string[] };

/** The longest name wins: `filter test` before a command `filter`. */
function findCommand(argv: readonly string[]): CommandSpec | undefined {
  const words = leadingWords(argv);
  const [first = '', second = ''] = words;
  const named = (name: string) => commands.find((one) => one.name === name);
  const found = named(`${first} ${second}`) ?? named(first);
  if (found !== undefined || first === '') return found;
  const family = commands.filter((one) => one.name.startsWith(`${first} `));
  if (family.length === 0) return undefined;
  const verbs = family.map((one) => one.name.slice(first.length + 1)).join(', ');
  throw usageError('usage.missingVerb', { command: first, verbs });
}

/** The first two words that are neither options nor the value of a global one (`--data DIR run`). */
function leadingWords(argv: readonly string[]): string[] {
  const words: string[] = [];
  let isValue = false;
  for (const word of argv) {
    if (word === '--' || words.length === 2) break;
    if (!isValue && !word.startsWith('-')) words.push(word);
    isValue = !isValue && isTextOption(word);
  }
  return words;
}

const isTextOption = (word: string): boolean => word === '--data' || word === '--lang';

const optionConfig = (options: Readonly<Record<string, OptionKind>>) =>
  Object.entries(options).map(([name, kind]) => {
    const short = shortNames[name];
    const type = kind === 'flag' ? ('boolean' as const) : ('string' as const);
    const multiple = kind === 'texts';
    return [name, { type, multiple, ...(short === undefined ? {} : { short }) }] as const;
  });

function parse(argv: readonly string[], options: Readonly<Record<string, OptionKind>>): Parsed {
  try {
    return parseArgs({
      args: [...argv],
      options: Object.fromEntries(optionConfig(options)),
      allowPositionals: true,
      strict: true,
    });
  } catch (thrown) {
    throw optionError(thrown, argv, options);
  }
}

/** Node's own sentences are English and long; which word is at fault is all that is taken from them. */
function optionError(
  thrown: unknown,
  argv: readonly string[],
  options: Readonly<Record<string, OptionKind>>,
): AppError {
  const message = thrown instanceof Error ? thrown.message : '';
  const option = /'(?:-\w, )?(-[^' =]*)/.exec(message)?.[1] ?? argv.join(' ');
  const kind = options[option.replace(/^--?/, '')];
  if (kind === undefined) return usageError('usage.unknownOption', { option });
  return usageError(kind === 'flag' ? 'usage.unwantedValue' : 'usage.missingValue', { option });
}

function checkCount(command: CommandSpec, rest: readonly string[]): void {
  const { min, max } = command.positionals;
  const params = { command: command.name };
  if (rest.length < min) throw usageError('usage.missingArgument', params);
  if (rest.length > max) {
    throw usageError('usage.extraArgument', { ...params, argument: rest[max] ?? '' });
  }
}

function readArguments(values: Values, positionals: readonly string[]): Arguments {
  const text = (name: string): string | undefined => {
    const value = values[name];
    return typeof value === 'string' ? value : undefined;
  };
  return {
    positionals,
    flag: (name) => values[name] === true,
    text,
    texts: (name) => {
      const value = values[name];
      return Array.isArray(value) ? value.map(String) : [];
    },
    integer: (name, { min, max }) => {
      const value = text(name);
      if (value === undefined) return undefined;
      const number = /^\d{1,9}$/.test(value) ? Number(value) : Number.NaN;
      if (number >= min && number <= max) return number;
      throw usageError('usage.notANumber', { option: `--${name}`, value, min, max });
    },
  };
}
