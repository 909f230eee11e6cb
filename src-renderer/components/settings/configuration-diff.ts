// What an import would change, entry by entry, before anything is changed. Pure.
import type { Configuration } from '#contract/model/configuration';
import { isSame } from './is-same.ts';

export type EntryKind = 'accounts' | 'jobs' | 'launchers';
export type EntryChange = {
  readonly kind: EntryKind;
  readonly id: string;
  readonly name: string;
  /** Dotted names of the fields that differ; none = the entry is new. */
  readonly fields: readonly string[];
};

const kinds = ['accounts', 'jobs', 'launchers'] as const;

export function changesOf(before: Configuration, after: Configuration): readonly EntryChange[] {
  return kinds.flatMap((kind) => {
    const known = before[kind];
    return after[kind].flatMap((entry) => {
      const name = 'description' in entry ? entry.description : entry.name;
      const old = known.find((one) => one.id === entry.id);
      if (old === undefined) return [{ kind, id: entry.id, name, fields: [] }];
      const fields = differing(old, entry);
      return fields.length === 0 ? [] : [{ kind, id: entry.id, name, fields }];
    });
  });
}

function differing(old: object, fresh: object): readonly string[] {
  const before = new Map<string, unknown>(Object.entries(old));
  const after = new Map<string, unknown>(Object.entries(fresh));
  return [...new Set([...before.keys(), ...after.keys()])].filter(
    (name) => name !== 'secretEnv' && !isSame(before.get(name), after.get(name)),
  );
}
