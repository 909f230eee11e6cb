// A launcher while it is edited: its plain values as a tree, its three grids apart, what is wrong where, and whether anything
// differs from what the core holds.
import { computed, ref } from 'vue';
import type { z } from 'zod';
import type { Affiliation } from '#contract/model/affiliation';
import type { FilterSpec } from '#contract/model/filter';
import { type Launcher, LauncherDraft, RunLimits } from '#contract/model/launcher';
import type { ScheduleRow } from '#contract/model/schedule';
import { type Protocol, SourceConfig } from '#contract/model/source-config';
import type { BridgeError } from '../bridge/bridge-error.ts';
import { faultsAt, faultsOf, type FieldFaults } from '../forms/invalid-input.ts';
import { type JsonObject, toTree, withUsual } from '../forms/json-tree.ts';
import { leastSource } from '../forms/source-forms.ts';
import { useLaunchers } from '../stores/launchers.ts';
import { useAction } from './use-action.ts';
import { defaultsFrom } from './use-form-draft.ts';

/** An affiliation as the grid edits it: the job may not be chosen yet, extensions are text. */
export type AffiliationRow = { readonly jobId: string; readonly extensions: string };

export type LauncherEdit = ReturnType<typeof useLauncherDraft>;

type LauncherDraftOutput = z.output<typeof LauncherDraft>;

/** `first`: the protocol of a new one. */
export function useLauncherDraft(first: Protocol) {
  const launchers = useLaunchers();
  const protocol = ref(first);
  const plain = ref<JsonObject>({});
  const source = ref<JsonObject>({});
  const filter = ref<FilterSpec>({ include: '*.*', exclude: '', caseSensitive: false });
  const affiliations = ref<readonly AffiliationRow[]>([]);
  const schedule = ref<readonly ScheduleRow[]>([]);
  const faults = ref<FieldFaults>({});
  /** What the core holds; null = nothing is shown yet. */
  const stored = ref<string | null>(null);

  const content = computed(() => ({
    ...plain.value,
    source: { ...source.value, protocol: protocol.value },
    filter: filter.value,
    affiliations: affiliations.value.map(toAffiliation),
    schedule: schedule.value,
  }));
  const isChanged = computed(
    () => stored.value !== null && JSON.stringify(content.value) !== stored.value,
  );
  const sourceDefaults = computed(() => defaultsOf(protocol.value));

  const fill = (launcher: Launcher): void => {
    const { source: from, filter: kept, affiliations: rows, schedule: times, ...rest } = launcher;
    const { paused: _p, createdAt: _c, changedAt: _d, ...editable } = rest;
    protocol.value = from.protocol;
    const { protocol: _q, ...config } = from;
    source.value = toTree(config);
    plain.value = toTree(editable);
    filter.value = kept;
    affiliations.value = rows.map(toRow);
    schedule.value = times;
  };
  const empty = (): void => {
    source.value = {};
    plain.value = {};
    filter.value = { include: '*.*', exclude: '', caseSensitive: false };
    affiliations.value = [];
    schedule.value = [];
  };
  /** Null = a new one. */
  const show = (launcher: Launcher | null): void => {
    if (launcher === null) empty();
    else fill(launcher);
    stored.value = JSON.stringify(content.value);
    faults.value = {};
    save.clear();
  };

  /** As the contract takes it; undefined when it does not, then `faults` say where. */
  const parse = (given: JsonObject = {}): LauncherDraftOutput | undefined => {
    const complete = withUsual(sourceDefaults.value, source.value);
    const parsed = LauncherDraft.safeParse({
      ...content.value,
      ...given,
      source: { ...complete, protocol: protocol.value },
    });
    faults.value = parsed.success ? {} : faultsOf(parsed.error);
    return parsed.success ? parsed.data : undefined;
  };
  /** For questions about the source alone: what else is missing does not matter yet. */
  const parseSource = () => {
    const given = plain.value['description'];
    const description = given === undefined || given === '' ? '-' : given;
    return parse({ schedule: [], affiliations: [], description });
  };
  const save = useAction(async (): Promise<Launcher | undefined> => {
    const draft = parse();
    return draft === undefined ? undefined : await launchers.save(draft);
  });
  /** Undefined when the contract or the core refused it; then the form says where. */
  const submit = async (): Promise<Launcher | undefined> => {
    const saved = await save.run();
    placeAtField(save.error.value);
    return saved;
  };
  const placeAtField = (error: BridgeError | null): void => {
    faults.value = faultsAt(error) ?? faults.value;
  };
  return {
    protocol,
    plain,
    source,
    filter,
    affiliations,
    schedule,
    faults,
    isChanged,
    sourceDefaults,
    show,
    submit,
    parse,
    parseSource,
    placeAtField,
    ...{ error: save.error, isBusy: save.isBusy },
  };
}

export const plainDefaults: JsonObject = {
  enabled: true,
  quietSeconds: 0,
  limits: toTree(RunLimits.parse({})),
};

/** What the schema fills in by itself: parsed from the least it accepts. */
export function defaultsOf(protocol: Protocol): JsonObject {
  const least = toTree(leastSource[protocol]);
  const { protocol: _protocol, ...rest } = defaultsFrom(SourceConfig, least);
  return rest;
}

function toRow({ jobId, extensions }: Affiliation): AffiliationRow {
  return { jobId, extensions: extensions.join(', ') };
}

function toAffiliation({ jobId, extensions }: AffiliationRow) {
  const list = extensions.split(/[\s,;]+/).filter((one) => one !== '');
  return { jobId, extensions: list };
}
