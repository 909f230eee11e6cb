// A configuration file as the contract reads it, or everything that is wrong with it: line and column where it
// is no JSON, the path of each field where it is no configuration.
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { Configuration } from '#contract/model/configuration';
import { ConfigError } from '../../core/errors.ts';
import { inputFault } from '#contract/input-fault';
import type { CommandContext } from '../command.ts';
import { fileFault } from '../file-fault.ts';
import { decodeText } from '#contract/decode-text';
import { jsonFault } from '#contract/json-fault';

export type ReadConfiguration =
  | { readonly ok: true; readonly configuration: Configuration }
  | {
      readonly ok: false;
      readonly error: ConfigError;
      readonly problems: readonly { readonly field: string; readonly problem: string }[];
    };

const MAX_BYTES = 16 * 1024 * 1024;
const MAX_PROBLEMS = 20;

/** `-` is stdin. Throws ConfigError `configuration.unreadable`, `configuration.notJson` {path, line, column}. */
export async function readConfiguration(context: CommandContext): Promise<ReadConfiguration> {
  const { texts, workingDir, terminal } = context;
  const [file = ''] = context.arguments.positionals;
  const path = file === '-' ? 'stdin' : resolve(workingDir, file);
  const text = file === '-' ? await terminal.readInput(MAX_BYTES) : await readText(path);
  const value = parseJson(text ?? '', path);
  const parsed = Configuration.safeParse(value);
  if (parsed.success) return { ok: true, configuration: parsed.data };
  const { issues } = parsed.error;
  const problems = issues.slice(0, MAX_PROBLEMS).map((issue) => {
    const fault = inputFault(issue);
    return { field: fieldPath(issue.path), problem: texts.say(fault.fault, fault) };
  });
  const params = { path, count: issues.length };
  return { ok: false, error: new ConfigError('configuration.broken', params), problems };
}

async function readText(path: string): Promise<string> {
  try {
    return decodeText(await readFile(path));
  } catch (cause) {
    throw new ConfigError(
      'configuration.unreadable',
      { path, reason: fileFault(cause) },
      { cause },
    );
  }
}

function parseJson(text: string, path: string): unknown {
  // Notepad writes a byte order mark; PowerShell UTF-16, which is decoded by now.
  const body = text.replace(/^\ufeff/, '');
  try {
    return JSON.parse(body);
  } catch (cause) {
    const before = body.slice(0, jsonFault(body)).split('\n');
    const params = { path, line: before.length, column: (before.at(-1)?.length ?? 0) + 1 };
    throw new ConfigError('configuration.notJson', params, { cause });
  }
}

/** `launchers[0].source.path`, as one would write it in a program that reads the file. */
function fieldPath(path: readonly PropertyKey[]): string {
  const text = path.map((step) => (typeof step === 'number' ? `[${step}]` : `.${String(step)}`));
  return text.join('').replace(/^\./, '') || '.';
}
