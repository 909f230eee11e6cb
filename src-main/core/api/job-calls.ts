// Calls on COLD jobs and accounts. One that launchers use cannot vanish under them.
import { AccountId, JobId } from '#contract/ids';
import { AccountDraft } from '#contract/model/account';
import { JobDraft } from '#contract/model/cold-job';
import type { CoreParts } from '../core-parts.ts';
import { ConfigError } from '../errors.ts';
import { newId } from '../new-id.ts';
import { launchersOf, resumeLaunchers } from '../accounts/launchers-of.ts';
import { checkJob } from './check-launcher.ts';
import type { Handlers } from './handlers.ts';

type Names =
  | 'jobs.list'
  | 'jobs.save'
  | 'jobs.delete'
  | 'jobs.check'
  | 'accounts.list'
  | 'accounts.save'
  | 'accounts.delete';

export function jobCalls(parts: CoreParts): Handlers<Names> {
  const { store, ports, emitter } = parts;
  const now = (): string => ports.clock.now().toISOString();
  const job = (id: JobId) => {
    const found = store.jobs.get(id);
    if (found === undefined) throw new ConfigError('job.missing', { id });
    return found;
  };
  const account = (id: AccountId) => {
    const found = store.accounts.get(id);
    if (found === undefined) throw new ConfigError('account.missing', { id });
    return found;
  };
  const changed = (): void => {
    emitter.emit('configuration.changed', {});
  };

  return {
    'jobs.list': () => store.jobs.list(),
    'jobs.save': (input) => {
      const draft = JobDraft.parse(input);
      const id = draft.id ?? JobId.parse(newId());
      checkJob({ ...draft, id }, store.launchers.list());
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
    'jobs.check': async ({ id }, signal) => {
      const steps = [...(await parts.openDestination(job(id)).check(signal))];
      return { ok: steps.every((step) => step.ok), steps };
    },
    'accounts.list': () => store.accounts.list(),
    'accounts.save': async (input) => {
      const draft = AccountDraft.parse(input);
      const id = draft.id ?? AccountId.parse(newId());
      const sealed =
        draft.secret === undefined ? undefined : await ports.secretBox.seal(draft.secret);
      store.atomically(() => {
        store.accounts.save(id, draft, now());
        if (sealed !== undefined) store.accounts.setSealedSecret(id, sealed);
      });
      if (sealed !== undefined) {
        resumeLaunchers(store, id);
        parts.replan();
      }
      changed();
      return account(id);
    },
    'accounts.delete': ({ id }) => {
      const { name } = account(id);
      refuseIfUsed('account.inUse', name, launchersOf(store, id));
      store.accounts.delete(id);
      changed();
      return {};
    },
  };
}

function refuseIfUsed(
  code: string,
  name: string,
  users: readonly { readonly description: string }[],
): void {
  if (users.length === 0) return;
  const launchers = users.map((one) => one.description).join(', ');
  throw new ConfigError(code, { name, launchers });
}
