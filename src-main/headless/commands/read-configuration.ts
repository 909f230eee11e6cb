// A configuration file as the contract reads it, or everything that is wrong with it: line and column where it
// is no JSON, the path of each field where it is no configuration.
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { Configuration } from '#contract/model/configuration';
import { ConfigError } from '../../core/errors.ts';
import type { Language } from '#contract/texts/texts';
import type { CommandContext } from '../command.ts';
import { fileFault } from '../file-fault.ts';

export type ReadConfiguration =
  | { readonly ok: true; readonly configuration: Configuration }
  | { readonly ok: false; readonly problems: readonly string[] };

const MAX_BYTES = 16 * 1024 * 1024;
const MAX_PROBLEMS = 20;

/** `-` is stdin. Throws ConfigError `configuration.unreadable`, `configuration.notJson` {path, line, column}. */
export async function readConfiguration(context: CommandContext): Promise<ReadConfiguration> {
  const { texts, workingDir, terminal } = context;
  const [file = ''] = context.arguments.positionals;
  const path = file === '-' ? 'stdin' : resolve(workingDir, file);
  const text = file === '-' ? await terminal.readInput(MAX_BYTES) : await readText(path);
  const value = parseJson(text ?? '', path);
  const { localeError } = await wordsFor(texts.language);
  const parsed = Configuration.safeParse(value, { error: localeError });
  if (parsed.success) return { ok: true, configuration: parsed.data };
  const { issues } = parsed.error;
  const lines = issues.slice(0, MAX_PROBLEMS).map((issue) =>
    texts.say('cli.import.problem', {
      field: fieldPath(issue.path),
      problem: issue.message,
    }),
  );
  const params = { path, count: issues.length };
  return { ok: false, problems: [texts.say('cli.import.broken', params), ...lines] };
}

async function readText(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (cause) {
    throw new ConfigError(
      'configuration.unreadable',
      { path, reason: fileFault(cause) },
      { cause },
    );
  }
}

function parseJson(text: string, path: string): unknown {
  // Notepad writes a byte order mark.
  const body = text.replace(/^\ufeff/, '');
  try {
    return JSON.parse(body);
  } catch (cause) {
    const message = cause instanceof Error ? cause.message : '';
    const at = /position (\d+)/.exec(message)?.[1];
    const before = body.slice(0, at === undefined ? body.length : Number(at)).split('\n');
    const params = { path, line: before.length, column: (before.at(-1)?.length ?? 0) + 1 };
    throw new ConfigError('configuration.notJson', params, { cause });
  }
}

/** `launchers[0].source.path`, as one would write it in a program that reads the file. */
function fieldPath(path: readonly PropertyKey[]): string {
  const text = path.map((step) => (typeof step === 'number' ? `[${step}]` : `.${String(step)}`));
  return text.join('').replace(/^\./, '') || '.';
}

async function wordsFor(language: Language) {
  return language === 'fr'
    ? (await import('zod/v4/locales/fr.js')).default()
    : (await import('zod/v4/locales/en.js')).default();
}
