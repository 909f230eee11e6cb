import { describe, expect, it } from 'vitest';
import { glanceAtOptions, parseCommandLine } from '../../src-main/headless/command-line.ts';

const parse = (...argv: string[]) => parseCommandLine(argv);
const codeOf = (...argv: string[]): unknown => {
  try {
    parse(...argv);
    return 'accepted';
  } catch (thrown) {
    return (thrown as { code?: string }).code;
  }
};

describe('the words after lanceur', () => {
  it('find a command of one word and its argument', () => {
    const { command, arguments: rest } = parse('run', 'Factures');

    expect(command?.name).toBe('run');
    expect(rest.positionals).toEqual(['Factures']);
  });

  it('find a command of two words', () => {
    const { command, arguments: rest } = parse('filter', 'test', '*.pdf', 'a.pdf', 'b.db');

    expect(command?.name).toBe('filter test');
    expect(rest.positionals).toEqual(['*.pdf', 'a.pdf', 'b.db']);
  });

  it('may have common options before the command', () => {
    const { command, arguments: rest } = parse('--data', 'run', '--lang=fr', 'status');

    expect(command?.name).toBe('status');
    expect(rest.text('data')).toBe('run');
  });

  it('may mix options and arguments', () => {
    const { arguments: rest } = parse('run', '--once', 'Factures', '--json');

    expect([rest.flag('once'), rest.flag('json'), rest.positionals]).toEqual([
      true,
      true,
      ['Factures'],
    ]);
  });

  it('take what follows two dashes as arguments', () => {
    expect(parse('filter', 'test', '--', '-x').arguments.positionals).toEqual(['-x']);
  });

  it('may be none at all', () => {
    expect(parse().command).toBeUndefined();
  });

  it.each([
    ['an unknown command', ['fly'], 'usage.unknownCommand'],
    ['a family without its verb', ['launcher'], 'usage.missingVerb'],
    ['an unknown verb of a family', ['launcher', 'fly'], 'usage.missingVerb'],
    ['an unknown option', ['run', '--fast'], 'usage.unknownOption'],
    ['an option of another command', ['status', '--once'], 'usage.unknownOption'],
    ['an unknown short option', ['run', '-z'], 'usage.unknownOption'],
    ['an option without its value', ['serve', '--port'], 'usage.missingValue'],
    [
      'an option followed by another instead of its value',
      ['serve', '--port', '--json'],
      'usage.missingValue',
    ],
    ['a data folder without a name', ['status', '--data', ''], 'usage.missingValue'],
    ['a value where none belongs', ['run', '--once=yes'], 'usage.unwantedValue'],
    ['a value where none belongs, with a short name', ['run', '--quiet=1'], 'usage.unwantedValue'],
    ['a missing argument', ['preview'], 'usage.missingArgument'],
    ['an argument too many', ['run', 'Factures', 'mail'], 'usage.extraArgument'],
  ])('are refused: %s', (_, argv, code) => {
    expect(codeOf(...argv)).toBe(code);
  });

  it('need no argument when help on the command is wanted', () => {
    expect(codeOf('preview', '--help')).toBe('accepted');
  });
});

describe('a number on the command line', () => {
  const port = (text: string): number | undefined =>
    parse('serve', '--port', text).arguments.integer('port', { min: 0, max: 65_535 });

  it('is taken when it is whole and within its limits', () => {
    expect([port('0'), port('8080'), port('65535')]).toEqual([0, 8080, 65_535]);
  });

  it.each(['65536', '1.5', '1e3', '0x10', 'abc', ''])('is refused as %j', (text) => {
    expect(() => port(text)).toThrow('usage.notANumber');
  });

  it('is undefined when the option is not there', () => {
    expect(parse('serve').arguments.integer('port', { min: 0, max: 1 })).toBeUndefined();
  });
});

describe('a glance at the common options', () => {
  it.each([
    [['--lang', 'fr', 'nope'], { language: 'fr' }],
    [['--lang=fr', 'nope', '--nope'], { language: 'fr' }],
    [['status', '--lang=de'], { language: undefined }],
    [['-qv', 'status'], { quiet: true, verbose: true }],
    [['filter', 'test', '*', '--', '--json'], { json: false }],
    [['status', '--json', '--lang'], { json: true, language: undefined }],
  ])('of %j hears them whatever else is wrong', (argv, heard) => {
    expect(glanceAtOptions(argv)).toMatchObject(heard);
  });
});
