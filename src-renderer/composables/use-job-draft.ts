// A COLD job while it is edited. What it hands on to a service lies apart: null, or a rule.
import { computed } from 'vue';
import { ForwardRule, JobDraft } from '#contract/model/cold-job';
import { ServiceId } from '#contract/ids';
import { isObject, type JsonObject, toTree, writePath } from '../forms/json-tree.ts';
import { useJobs } from '../stores/jobs.ts';
import { defaultsFrom, useFormDraft } from './use-form-draft.ts';

const least = { name: '-', destination: { kind: 'folder', path: '-' } };

/** What a rule says by itself. */
export const forwardDefaults: JsonObject = toTree(ForwardRule.omit({ serviceId: true }).parse({}));

export function useJobDraft() {
  const jobs = useJobs();
  const draft = useFormDraft({
    schema: JobDraft,
    defaults: defaultsFrom(JobDraft, least),
    save: jobs.save,
    complete: (values) => writePath(values, 'destination.kind', 'folder'),
  });
  /** The rule as a tree, or null while nothing is handed on. */
  const forward = computed<JsonObject | null>({
    get: () => {
      const found = draft.values.value['forward'];
      return isObject(found) ? found : null;
    },
    set: (rule) => {
      draft.values.value = { ...draft.values.value, forward: rule };
    },
  });
  return { ...draft, forward };
}

/** A rule to begin with, to the only service there is, if there is one. */
export const beginForward = (serviceId: ServiceId | undefined): JsonObject => ({
  ...forwardDefaults,
  ...(serviceId === undefined ? {} : { serviceId }),
});
