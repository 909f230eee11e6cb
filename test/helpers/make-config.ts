// Drafts of jobs, accounts and launchers with what a test does not care about filled in.
import type { CallInput } from '#contract/calls';
import type { Job } from '#contract/model/cold-job';

type JobDraft = CallInput<'jobs.save'>;
type LauncherDraft = CallInput<'launchers.save'>;
type FolderSource = Extract<LauncherDraft['source'], { protocol: 'folder' }>;

export const jobDraft = (path: string, given: Partial<JobDraft> = {}): JobDraft => ({
  number: 87,
  name: 'cold facturesfournisseurs',
  destination: { kind: 'folder', path },
  // Disks of test machines are full enough.
  backPressure: { minFreeBytes: 0 },
  ...given,
});

/** Delivers everything from `path` to `job`; fate: leave. */
export const launcherDraft = (
  path: string,
  job: Pick<Job, 'id'> | undefined,
  given: Partial<LauncherDraft> & { readonly fate?: FolderSource['fate'] } = {},
): LauncherDraft => {
  const { fate = { kind: 'leave' }, ...rest } = given;
  return {
    description: `launcher on ${path}`,
    source: { protocol: 'folder', path, fate },
    affiliations: job === undefined ? [] : [{ jobId: job.id, extensions: [] }],
    ...rest,
  };
};

/** Every column `*` but the seconds. */
export const everySeconds = (seconds: string) => [
  { years: '*', months: '*', weekdays: '*', days: '*', hours: '*', minutes: '*', seconds },
];
