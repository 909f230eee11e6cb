// A record of the core while it is edited in a form: values as a tree, what is wrong where, whether anything differs from what
// the core holds. One for jobs, accounts, connectors, services, notices and settings.
import { computed, ref } from 'vue';
import type { z } from 'zod';
import { faultsAt, faultsOf, type FieldFaults } from '../forms/invalid-input.ts';
import { isObject, type JsonObject, toTree, withUsual } from '../forms/json-tree.ts';
import { useAction } from './use-action.ts';

type Options<Draft, Saved> = {
  readonly schema: z.ZodType<Draft>;
  /** What the schema fills in by itself. */
  readonly defaults: JsonObject;
  readonly save: (draft: Draft) => Promise<Saved>;
  /** Fills in what the form does not show. */
  readonly complete?: (values: JsonObject) => JsonObject;
};

/** What a page of one record needs of a draft, whatever it is a draft of. */
export type RecordDraft<Saved> = Pick<
  ReturnType<typeof useFormDraft<unknown, Saved>>,
  'faults' | 'isChanged' | 'submit' | 'error' | 'isBusy'
> & { readonly show: (record: Saved | null) => void };

export function useFormDraft<Draft, Saved>(options: Options<Draft, Saved>) {
  const values = ref<JsonObject>({});
  const faults = ref<FieldFaults>({});
  const stored = ref<string | null>(null);
  const isChanged = computed(
    () => stored.value !== null && JSON.stringify(values.value) !== stored.value,
  );

  const save = useAction(async (): Promise<Saved | undefined> => {
    const whole = withUsual(options.defaults, values.value);
    const parsed = options.schema.safeParse(options.complete?.(whole) ?? whole);
    faults.value = parsed.success ? {} : faultsOf(parsed.error);
    return parsed.success ? await options.save(parsed.data) : undefined;
  });
  /** Shows a record of the core, or an empty form with some values in it. */
  const show = (record: object | null): void => {
    values.value = toTree(record ?? {});
    stored.value = JSON.stringify(values.value);
    faults.value = {};
    save.clear();
  };
  /** Undefined when the contract or the core refused it; then the form says where. */
  const submit = async (): Promise<Saved | undefined> => {
    const saved = await save.run();
    faults.value = faultsAt(save.error.value) ?? faults.value;
    return saved;
  };
  const { defaults } = options;
  return {
    values,
    defaults,
    faults,
    isChanged,
    show,
    submit,
    ...{ error: save.error, isBusy: save.isBusy },
  };
}

/** The defaults of a schema, by parsing the least it accepts and taking that least out again. */
export function defaultsFrom(schema: z.ZodType, least: object): JsonObject {
  const parsed = toTree(schema.parse(least));
  return without(parsed, toTree(least));
}

function without(tree: JsonObject, least: JsonObject): JsonObject {
  const kept = Object.entries(tree).flatMap(([name, value]) => {
    const given = least[name];
    if (given === undefined) return [[name, value] as const];
    const isBranch = isObject(value) && isObject(given);
    return isBranch ? [[name, without(value, given)] as const] : [];
  });
  return Object.fromEntries(kept);
}
