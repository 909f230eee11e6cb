// What `lanceur help` says of each command is what the command line takes.
import { describe, expect, it } from 'vitest';
import { useTempDir } from '../helpers/temp-dir.ts';
import { commands } from '../../src-main/headless/commands/registry.ts';
import { runCommand } from './run-command.ts';

const dir = useTempDir();
const help = async (name: string, language: string) =>
  (await runCommand(['help', ...name.split(' '), '--lang', language], { dataDir: dir() })).out;

describe.each(['fr', 'en'])('the help in %s', (language) => {
  it.each(commands.map(({ name, options }) => [name, options] as const))(
    'on %s shows its options, those with a value and those without',
    async (name, options) => {
      const text = await help(name, language);

      expect(text).toContain(`lanceur ${name}`);
      expect(text).not.toMatch(/cli\.|\{/);
      for (const [option, kind] of Object.entries(options)) {
        const [line = ''] = new RegExp(`^ +--${option}( .*)?$`, 'm').exec(text) ?? [];
        const hasValue = new RegExp(`--${option} [A-ZÀ-Ý]+`).test(line);
        expect(`${line}: ${hasValue}`).toBe(`${line}: ${kind !== 'flag'}`);
        expect(line).not.toBe('');
      }
    },
  );
});

it('says of an option what it means to the command', async () => {
  expect(await help('run', 'en')).toContain('--once  one look per launcher');
  expect(await help('send', 'en')).toContain('the same key never sends a second message');
  expect(await help('outbox', 'en')).not.toContain('quarantined');
});
