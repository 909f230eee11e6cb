// What is wrong with a launcher that its schema cannot see: filter, schedule, references, and loops.
import { isAbsolute, relative, sep } from 'node:path';
import type { Job } from '#contract/model/cold-job';
import type { Launcher, LauncherDraft } from '#contract/model/launcher';
import { isOnDisk } from '#contract/model/adullact-config';
import { ConfigError } from '../errors.ts';
import { parseFilter } from '../filter/parse-filter.ts';
import { checkSchedule } from '../schedule/check-schedule.ts';
import type { Store } from '../store/store.ts';

/** As the schema gives it, defaults filled in. */
export type ParsedDraft = ReturnType<typeof LauncherDraft.parse>;

/** Throws ConfigError with the field to edit; returns the draft. */
export function checkLauncher(
  store: {
    readonly jobs: Pick<Store['jobs'], 'get'>;
    readonly accounts: Pick<Store['accounts'], 'get'>;
  },
  draft: ParsedDraft,
  now: Date,
): ParsedDraft {
  parseFilter(draft.filter);
  checkMailFilter(draft);
  checkSchedule(draft.schedule, now);
  if (isOnDisk(draft.source)) {
    expectAbsolute(draft.source.path, 'source.path');
  } else if (store.accounts.get(draft.source.accountId) === undefined) {
    const params = { id: draft.source.accountId };
    throw new ConfigError('account.missing', params, { field: 'source.accountId' });
  }
  for (const [index, { jobId }] of draft.affiliations.entries()) {
    const field = `affiliations.${index}.jobId`;
    const job = store.jobs.get(jobId);
    if (job === undefined) throw new ConfigError('job.missing', { id: jobId }, { field });
    if (isLoop(draft, job)) {
      throw new ConfigError('launcher.loop', { job: job.name, path: pathOf(draft) }, { field });
    }
  }
  return draft;
}

/** Three filters more, each told by its own fields. */
function checkMailFilter({ source }: Pick<ParsedDraft, 'source'>): void {
  if (!('mailFilter' in source)) return;
  for (const name of ['from', 'to', 'subject'] as const) {
    try {
      parseFilter(source.mailFilter[name]);
    } catch (thrown) {
      if (!(thrown instanceof ConfigError)) throw thrown;
      const field = (thrown.field ?? '').replace(/^filter/, `source.mailFilter.${name}`);
      throw new ConfigError(thrown.code, thrown.params, { field, cause: thrown });
    }
  }
}

/** A job that moves must not move into the folder that a launcher delivers from to it. Throws ConfigError `launcher.loop`. */
export function checkJob(
  job: Pick<Job, 'id' | 'name' | 'destination'>,
  launchers: readonly Launcher[],
): void {
  const field = 'destination.path';
  expectAbsolute(job.destination.path, field);
  for (const launcher of launchers) {
    if (!launcher.affiliations.some((row) => row.jobId === job.id)) continue;
    if (!isLoop(launcher, job)) continue;
    throw new ConfigError('launcher.loop', { job: job.name, path: pathOf(launcher) }, { field });
  }
}

type Sourced = Pick<ParsedDraft, 'source'>;

/** What it delivers would be its own next source. */
function isLoop({ source }: Sourced, { destination }: Pick<Job, 'destination'>): boolean {
  if (!isOnDisk(source)) return false;
  const way = relative(source.path, destination.path);
  if (way === '') return true;
  const isBelow = way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way);
  return isBelow && (source.protocol === 'adullact' || source.recursive);
}

const pathOf = ({ source }: Sourced): string => (isOnDisk(source) ? source.path : '');

/** Windows' paths too, wherever the form is filled in. */
function expectAbsolute(path: string, field: string): void {
  if (isAbsolute(path) || /^[A-Za-z]:[\\/]|^\\\\/.test(path)) return;
  throw new ConfigError('path.notAbsolute', { path }, { field });
}
