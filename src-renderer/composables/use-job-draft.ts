// A COLD job while it is edited.
import { computed, ref } from 'vue';
import { type Job, JobDraft } from '#contract/model/cold-job';
import { faultsOf, type FieldFaults } from '../forms/invalid-input.ts';
import { type JsonObject, toTree, writePath } from '../forms/json-tree.ts';
import { useJobs } from '../stores/jobs.ts';
import { useAction } from './use-action.ts';

const least = { name: '-', destination: { kind: 'folder', path: '-' } };
const { name: _name, destination: _destination, ...defaults } = toTree(JobDraft.parse(least));

export function useJobDraft() {
  const jobs = useJobs();
  const values = ref<JsonObject>({});
  const faults = ref<FieldFaults>({});
  const stored = ref<string | null>(null);
  const isChanged = computed(
    () => stored.value !== null && JSON.stringify(values.value) !== stored.value,
  );

  const show = (job: Job | null): void => {
    const { createdAt: _c, changedAt: _d, ...editable } = job ?? {};
    values.value = toTree(editable);
    stored.value = JSON.stringify(values.value);
    faults.value = {};
    save.clear();
  };
  const save = useAction(async (): Promise<Job | undefined> => {
    const draft = writePath(values.value, 'destination.kind', 'folder');
    const parsed = JobDraft.safeParse(draft);
    faults.value = parsed.success ? {} : faultsOf(parsed.error);
    return parsed.success ? await jobs.save(parsed.data) : undefined;
  });
  return { values, defaults, faults, isChanged, show, save };
}
