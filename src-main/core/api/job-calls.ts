// Calls on COLD jobs. One that launchers use cannot vanish under them.
import { JobId } from '#contract/ids';
import type { CoreParts } from '../core-parts.ts';
import { ConfigError } from '../errors.ts';
import { newId } from '../new-id.ts';
import { checkForward } from '../router/check-router.ts';
import { checkJob } from './check-launcher.ts';
import { reportOf } from './inspect-source.ts';
import type { Handlers } from './handlers.ts';
import { refuseIfUsed } from './refuse-if-used.ts';

type Names = 'jobs.list' | 'jobs.save' | 'jobs.delete' | 'jobs.check';

export function jobCalls(parts: CoreParts): Handlers<Names> {
  const { store, ports, emitter } = parts;
  const now = (): string => ports.clock.now().toISOString();
  const job = (id: JobId) => {
    const found = store.jobs.get(id);
    if (found === undefined) throw new ConfigError('job.missing', { id });
    return found;
  };
  const changed = (): void => {
    emitter.emit('configuration.changed', {});
  };

  return {
    'jobs.list': () => store.jobs.list(),
    'jobs.save': (draft) => {
      const id = draft.id ?? JobId.parse(newId());
      checkJob({ ...draft, id }, store.launchers.list());
      checkForward(store.router, draft.forward);
      store.jobs.save(id, draft, now());
      changed();
      return job(id);
    },
    'jobs.delete': ({ id }) => {
      const { name } = job(id);
      const users = store.launchers
        .list()
        .filter((one) => one.affiliations.some((row) => row.jobId === id));
      refuseIfUsed('job.inUse', name, users);
      if (store.ledger.delivering().some((row) => row.job_id === id)) {
        // Cut while the folder went away: once the job is gone nobody could finish them.
        throw new ConfigError('job.unfinished', { name });
      }
      store.jobs.delete(id);
      changed();
      return {};
    },
    'jobs.check': async ({ id }, signal) =>
      reportOf(await parts.openDestination(job(id)).check(signal)),
  };
}
