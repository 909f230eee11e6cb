// The way to the first delivered document: source, COLD job, test with preview, schedule. Each step is saved when it is left, so
// that the test asks the real core; the launcher stays disabled until the last one.
import { computed, ref, shallowRef } from 'vue';
import type { CheckReport } from '#contract/model/check';
import { AccountDraft } from '#contract/model/account';
import { type Job, JobDraft } from '#contract/model/cold-job';
import { type Launcher, LauncherDraft } from '#contract/model/launcher';
import type { PreviewItem } from '#contract/model/preview';
import { schedulePresets } from '#contract/model/schedule';
import type { Protocol } from '#contract/model/source-config';
import { useBridge } from '../bridge/bridge.ts';
import { faultsAt, faultsOf, type FieldFaults } from '../forms/invalid-input.ts';
import { type JsonObject, withUsual, writePath } from '../forms/json-tree.ts';
import { useAccounts } from '../stores/accounts.ts';
import { useJobs } from '../stores/jobs.ts';
import { useLaunchers } from '../stores/launchers.ts';
import { useRuns } from '../stores/runs.ts';
import { useAction } from './use-action.ts';
import { defaultsOf } from './use-launcher-draft.ts';

export const steps = ['source', 'job', 'test', 'schedule'] as const;
export type Step = (typeof steps)[number];
export type PresetCode = (typeof schedulePresets)[number]['code'];

export function useFirstLauncher() {
  const bridge = useBridge();
  const launchers = useLaunchers();
  const jobs = useJobs();
  const accounts = useAccounts();
  const runs = useRuns();

  const step = ref<Step>('source');
  const protocol = ref<Protocol>('folder');
  const plain = ref<JsonObject>({});
  const source = ref<JsonObject>({});
  const account = ref<JsonObject>({});
  const jobValues = ref<JsonObject>({});
  const preset = ref<PresetCode>('everyMinute');
  const faults = ref<FieldFaults>({});
  const launcher = shallowRef<Launcher | null>(null);
  const job = shallowRef<Job | null>(null);
  const report = shallowRef<CheckReport | null>(null);
  const preview = shallowRef<readonly PreviewItem[]>([]);

  /** What was typed, by the step that saves it. */
  const typed = {
    source: () => JSON.stringify([plain.value, source.value, account.value]),
    job: () => JSON.stringify(jobValues.value),
    schedule: () => preset.value,
  };
  const stored = ref({ source: typed.source(), job: typed.job(), schedule: typed.schedule() });
  const isChanged = computed(
    () =>
      stored.value.source !== typed.source() ||
      stored.value.job !== typed.job() ||
      stored.value.schedule !== typed.schedule(),
  );

  const draft = computed(() => ({
    ...plain.value,
    ...(launcher.value === null ? {} : { id: launcher.value.id }),
    source: { ...withUsual(defaultsOf(protocol.value), source.value), protocol: protocol.value },
    affiliations: job.value === null ? [] : [{ jobId: job.value.id, extensions: [] }],
    enabled: false,
  }));

  const saveSource = async (): Promise<boolean> => {
    if (protocol.value === 'imap' || protocol.value === 'pop') {
      const parsed = AccountDraft.safeParse({
        ...account.value,
        name: account.value['user'] ?? '',
      });
      if (!parsed.success) return refuse(faultsOf(parsed.error));
      const saved = await accounts.save(parsed.data);
      account.value = { ...account.value, id: saved.id };
      source.value = writePath(source.value, 'accountId', saved.id);
    }
    const parsed = LauncherDraft.safeParse(draft.value);
    if (!parsed.success) return refuse(faultsOf(parsed.error));
    launcher.value = await launchers.save(parsed.data);
    stored.value = { ...stored.value, source: typed.source() };
    return true;
  };
  const saveJob = async (): Promise<boolean> => {
    const parsed = JobDraft.safeParse({
      ...writePath(jobValues.value, 'destination.kind', 'folder'),
      ...(job.value === null ? {} : { id: job.value.id }),
    });
    if (!parsed.success) return refuse(faultsOf(parsed.error));
    job.value = await jobs.save(parsed.data);
    launcher.value = await launchers.save(LauncherDraft.parse(draft.value));
    stored.value = { ...stored.value, job: typed.job() };
    return true;
  };
  const refuse = (found: FieldFaults): false => {
    faults.value = found;
    return false;
  };

  const test = useAction(async (signal) => {
    const id = launcher.value?.id;
    if (id === undefined) return;
    report.value = null;
    report.value = await bridge.call('launchers.check', { id }, { signal });
    preview.value = await bridge.call('launchers.preview', { id, limit: 200 }, { signal });
  });
  const advance = useAction(async () => {
    faults.value = {};
    if (step.value === 'source' && (await saveSource())) step.value = 'job';
    else if (step.value === 'job' && (await saveJob())) {
      step.value = 'test';
      void test.run();
    } else if (step.value === 'test') step.value = 'schedule';
  });
  const next = async (): Promise<void> => {
    await advance.run();
    faults.value = faultsAt(advance.error.value) ?? faults.value;
  };
  const back = (): void => {
    step.value = steps[Math.max(0, steps.indexOf(step.value) - 1)] ?? 'source';
  };
  /** Enables the launcher with its schedule and starts its first run; the launcher's id. */
  const finish = useAction(async () => {
    const row = schedulePresets.find((one) => one.code === preset.value)?.row;
    const enabled = { ...draft.value, schedule: row === undefined ? [] : [row], enabled: true };
    const saved = await launchers.save(LauncherDraft.parse(enabled));
    stored.value = { ...stored.value, schedule: typed.schedule() };
    await runs.start(saved.id);
    return saved.id;
  });
  const jobFaults = computed(() => (step.value === 'job' ? faults.value : {}));
  return {
    ...{ step, protocol, plain, source, account, jobValues, preset, faults, jobFaults },
    ...{ launcher, report, preview, isChanged, test, next, advance, back, finish },
  };
}
