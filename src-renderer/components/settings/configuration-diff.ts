// What an import would change, entry by entry, before anything is changed. Pure.
import type { Configuration } from '#contract/model/configuration';
import { isSame } from './is-same.ts';

/** The lists of a configuration, in the order in which they are shown. */
export const listKinds = [
  'accounts',
  'connectors',
  'services',
  'jobs',
  'launchers',
  'notices',
] as const;
export type ListKind = (typeof listKinds)[number];
export type EntryKind = ListKind | 'defaultConnector';
export type EntryChange = {
  readonly kind: EntryKind;
  readonly id: string;
  readonly name: string;
  /** Dotted names of the fields that differ; none = the entry is new. */
  readonly fields: readonly string[];
};

export function changesOf(before: Configuration, after: Configuration): readonly EntryChange[] {
  const entries = listKinds.flatMap((kind) => {
    const known = new Map<string, object>(before[kind].map((one) => [one.id, one]));
    return after[kind].flatMap((entry): EntryChange[] => {
      const name = 'description' in entry ? entry.description : (entry.name ?? '');
      const old = known.get(entry.id);
      if (old === undefined) return [{ kind, id: entry.id, name, fields: [] }];
      const fields = differing(old, entry);
      return fields.length === 0 ? [] : [{ kind, id: entry.id, name, fields }];
    });
  });
  return [...entries, ...defaultConnectorChange(before, after)];
}

/** Left out in the file = it stays as it is. */
function defaultConnectorChange(before: Configuration, after: Configuration): EntryChange[] {
  const { defaultConnector: id } = after;
  if (id === undefined || id === (before.defaultConnector ?? null)) return [];
  const named = [...after.connectors, ...before.connectors].find((one) => one.id === id);
  return [
    { kind: 'defaultConnector', id: '', name: named?.name ?? '', fields: ['defaultConnector'] },
  ];
}

function differing(old: object, fresh: object): readonly string[] {
  const before = new Map<string, unknown>(Object.entries(old));
  const after = new Map<string, unknown>(Object.entries(fresh));
  return [...new Set([...before.keys(), ...after.keys()])].filter(
    (name) => name !== 'secretEnv' && !isSame(before.get(name), after.get(name)),
  );
}
