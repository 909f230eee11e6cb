// `lanceur help [command]`: all commands with what they are for, or one with its options; and the exit codes.
import type { Command } from '../command.ts';
import { globalOptions } from '../command-line.ts';
import { exitCodes } from '../exit-codes.ts';
import type { Texts } from '#contract/texts/texts';
import { tableLines } from '../terminal/table.ts';
import { usageError } from '../usage-error.ts';
import { commands, type CommandSpec } from './registry.ts';

export const help: Command = (context) => {
  const name = context.arguments.positionals.join(' ');
  return helpOn(name === '' ? undefined : name, true)(context);
};

/** `wanted`: somebody asked for help; otherwise no command was given, which is an error of usage. */
export function helpOn(name: string | undefined, wanted: boolean): Command {
  return ({ terminal, texts }) => {
    const command = name === undefined ? undefined : commands.find((one) => one.name === name);
    if (name !== undefined && command === undefined) {
      const family = commands.filter((one) => one.name.startsWith(`${name} `));
      if (family.length === 0) throw usageError('usage.unknownCommand', { command: name });
      for (const line of commandList(family, texts)) terminal.result(line);
      return Promise.resolve(exitCodes.ok);
    }
    const lines = command === undefined ? overview(texts) : commandHelp(command, texts);
    for (const line of lines) (wanted ? terminal.result : terminal.problem)(line);
    return Promise.resolve(wanted ? exitCodes.ok : exitCodes.usage);
  };
}

function overview(texts: Texts): string[] {
  const codes = Object.entries(exitCodes).map(([name, code]) => [
    String(code),
    texts.say(`cli.exit.${name}`),
  ]);
  return [
    texts.say('cli.help.title'),
    texts.say('cli.help.usage'),
    '',
    ...commandList(commands, texts),
    '',
    texts.say('cli.help.options'),
    ...optionLines(Object.keys(globalOptions), texts),
    '',
    texts.say('cli.help.exitCodes'),
    ...indented(tableLines(codes, { align: ['right'] })),
  ];
}

function commandHelp(command: CommandSpec, texts: Texts): string[] {
  const key = textKey(command.name);
  const options = Object.keys(command.options);
  return [
    `lanceur ${texts.say(`cli.command.${key}.usage`)}`,
    '',
    texts.say(`cli.command.${key}.about`),
    ...(options.length > 0 ? ['', texts.say('cli.help.options')] : []),
    ...optionLines(options, texts, `cli.command.${key}.option`),
    '',
    texts.say('cli.help.commonOptions'),
    ...optionLines(Object.keys(globalOptions), texts),
  ];
}

function commandList(list: readonly CommandSpec[], texts: Texts): string[] {
  const rows = list.map(({ name }) => [name, texts.say(`cli.command.${textKey(name)}.about`)]);
  return indented(tableLines(rows));
}

/** `own`: where a command says what an option of a common name means to it. */
function optionLines(names: readonly string[], texts: Texts, own = 'cli.option'): string[] {
  const say = (key: string): string =>
    texts.say(texts.has(`${own}.${key}`) ? `${own}.${key}` : `cli.option.${key}`);
  const rows = names.map((name) => [say(`${textKey(name)}.usage`), say(`${textKey(name)}.about`)]);
  return indented(tableLines(rows));
}

const indented = (lines: readonly string[]): string[] => lines.map((line) => `  ${line}`);

/** `filter test` → `filterTest`, `case-sensitive` → `caseSensitive`. */
const textKey = (name: string): string =>
  name.replace(/[ -]([a-z])/g, (_, letter: string) => letter.toUpperCase());
