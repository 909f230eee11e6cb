import { describe, expect, it } from 'vitest';
import { ItemState } from '#contract/model/item';
import { PreviewVerdict } from '#contract/model/preview';
import { RunOutcome } from '#contract/model/run';
import { LauncherCondition, Status } from '#contract/model/status';
import { createTexts, placeholders } from '#contract/texts/texts';
import { globalOptions } from '../../src-main/headless/command-line.ts';
import { commands } from '../../src-main/headless/commands/registry.ts';
import { exitCodes } from '../../src-main/headless/exit-codes.ts';
import {
  isMentioned,
  locale,
  madeCodes,
  reachable,
  saidKeys,
  sentences,
  sources,
} from './locale-scan.ts';

const all = sources('src-main');
const entries = ['headless/main.ts', 'electron/main.ts'];
const program = [...new Set(entries.flatMap((entry) => reachable(entry, all)))];
const fr = sentences(locale('fr'));
const en = sentences(locale('en'));
const texts = createTexts({ language: 'fr', messages: locale('fr') });
const camel = (name: string): string =>
  name.replace(/[ -]([a-z])/g, (_, letter: string) => letter.toUpperCase());

/** The keys that have no sentence. */
const unsaid = (keys: Iterable<string>): string[] => [...keys].filter((key) => !texts.has(key));

describe('the two locale files', () => {
  it('have the same keys', () => {
    expect([...en.keys()].sort()).toEqual([...fr.keys()].sort());
  });

  it('have the same placeholders in each sentence', () => {
    const different = [...fr].filter(([key, french]) => {
      const [a, b] = [placeholders(french), placeholders(en.get(key) ?? '')];
      return a.sort().join() !== b.sort().join();
    });

    expect(different.map(([key]) => key)).toEqual([]);
  });

  it('have no empty sentence, and none that is the same by oversight', () => {
    const copied = [...fr].filter(
      ([key, french]) =>
        french.trim() === '' ||
        (french === en.get(key) && /\b(?:le|la|les|un|une|de|est)\b/.test(french)),
    );

    expect(copied.map(([key]) => key)).toEqual([]);
  });

  it('end the sentences of errors with a full stop, after what to do', () => {
    const open = [...fr, ...en].filter(
      ([key, text]) => key.startsWith('errors.') && !/[.…}*]$/.test(text),
    );

    expect(open.map(([key]) => key)).toEqual([]);
  });
});

describe('every code of the program', () => {
  it('has a sentence', () => {
    const codes = madeCodes(program);
    const missing = [...codes].filter(([code]) =>
      [`errors.${code}`, `reasons.${code}`, code].every((key) => !texts.has(key)),
    );

    expect(codes.size).toBeGreaterThan(100);
    expect(missing).toEqual([]);
  });

  it('that is said as it stands exists', () => {
    const keys = saidKeys(program);

    expect(keys.size).toBeGreaterThan(30);
    expect([...keys].filter(([key]) => !texts.has(key))).toEqual([]);
  });
});

describe('every sentence', () => {
  it('of an error belongs to a code of the sources', () => {
    const stale = [...fr.keys()]
      .filter((key) => key.startsWith('errors.'))
      .filter((key) => !isMentioned(key.slice('errors.'.length), all));

    expect(stale).toEqual([]);
  });

  it('stands in a section that the sources use', () => {
    const top = Object.keys(locale('fr'));
    const used = top.filter((name) =>
      [...all, ...sources('src-renderer')].some(
        ({ text }) =>
          text.includes(`'${name}.`) ||
          text.includes(`\`${name}.`) ||
          (text.includes('locales/fr.json') && text.includes(`${name},`)),
      ),
    );

    expect(top.filter((name) => !used.includes(name))).toEqual([]);
  });
});

describe('there is a word for', () => {
  it('every state that the contract names', () => {
    const conditions = [...LauncherCondition.options, ...Status.shape.condition.options];

    expect(unsaid(ItemState.options.map((one) => `itemState.${one}`))).toEqual([]);
    expect(unsaid(PreviewVerdict.options.map((one) => `verdict.${one}`))).toEqual([]);
    expect(unsaid(RunOutcome.options.map((one) => `outcome.${one}`))).toEqual([]);
    expect(unsaid(conditions.map((one) => `condition.${one}`))).toEqual([]);
  });

  it('every command, option and exit code', () => {
    const names = commands.map((one) => `cli.command.${camel(one.name)}`);
    const options = [
      ...commands.flatMap((one) => Object.keys(one.options)),
      ...Object.keys(globalOptions),
    ];
    const keys = [...names, ...options.map((name) => `cli.option.${camel(name)}`)];

    expect(unsaid(keys.flatMap((key) => [`${key}.usage`, `${key}.about`]))).toEqual([]);
    expect(unsaid(Object.keys(exitCodes).map((name) => `cli.exit.${name}`))).toEqual([]);
  });
});
