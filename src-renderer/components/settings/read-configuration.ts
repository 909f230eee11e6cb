// A configuration file that somebody chose: as the contract reads it, or what is wrong with it, where, in which entry. Pure.
import type { ErrorParams } from '#contract/error-codes';
import { inputFault } from '#contract/input-fault';
import { jsonFault } from '#contract/json-fault';
import { Configuration, CONFIGURATION_FORMAT } from '#contract/model/configuration';
import { BridgeError } from '../../bridge/bridge-error.ts';
import { isObject } from '../../forms/json-tree.ts';
import { type ListKind, listKinds } from './configuration-diff.ts';

/** Throws BridgeError `window.configuration.notJson` {line, column}. */
export function parseFile(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    const before = text.slice(0, jsonFault(text)).split('\n');
    throw refused('notJson', { line: before.length, column: (before.at(-1)?.length ?? 0) + 1 });
  }
}

/** Throws BridgeError `window.configuration.otherFormat`, `window.configuration.broken` with the field. */
export function readConfiguration(value: unknown): Configuration {
  const expected = CONFIGURATION_FORMAT;
  if (!isObject(value) || value['format'] !== expected) throw refused('otherFormat', { expected });
  const parsed = Configuration.safeParse(value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const surplus = issue?.code === 'unrecognized_keys' ? issue.keys.slice(0, 1) : [];
  const path = [...(issue?.path ?? []), ...surplus].map(String).join('.');
  throw refused('broken', { path, ...inputFault(issue) }, path);
}

/** The entry of the file that a field such as `launchers.3.source.path` lies in; null = none, or one without a name. */
export function entryAt(value: unknown, field: string): { kind: ListKind; name: string } | null {
  const [list, index] = field.split('.');
  const kind = listKinds.find((one) => one === list);
  if (kind === undefined || !isObject(value)) return null;
  const entries = value[kind];
  const entry: unknown = Array.isArray(entries) ? entries[Number(index)] : undefined;
  if (!isObject(entry)) return null;
  const name = entry[kind === 'launchers' ? 'description' : 'name'];
  return typeof name === 'string' && name !== '' ? { kind, name } : null;
}

const refused = (code: string, params: ErrorParams, field?: string): BridgeError =>
  new BridgeError({
    ...{ kind: 'config', code: `window.configuration.${code}`, params },
    ...(field === undefined ? {} : { field }),
  });
