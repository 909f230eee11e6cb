// The configuration as one JSON document: everything or nothing, checked as a whole before a row is touched.
import { isDeepStrictEqual } from 'node:util';
import type { AccountId, JobId } from '#contract/ids';
import { AccountDraft, needsSecret } from '#contract/model/account';
import {
  CONFIGURATION_FORMAT,
  type Configuration,
  type ImportReport,
} from '#contract/model/configuration';
import type { CoreParts } from '../core-parts.ts';
import { ConfigError, AppError } from '../errors.ts';
import type { Handlers } from './handlers.ts';
import { resumeLaunchers } from '../accounts/launchers-of.ts';
import { saveAccount } from '../accounts/save-account.ts';
import { checkJob, checkLauncher } from './check-launcher.ts';
import { checkRouterPart, exportRouter, writeRouterPart } from './router-configuration.ts';
import { stopConcerned, writeLauncher } from './save-launcher.ts';

type Names = 'configuration.export' | 'configuration.import';
type Entry = { readonly id: string };

export function configurationCalls(parts: CoreParts): Handlers<Names> {
  return {
    'configuration.export': () => exported(parts),
    'configuration.import': async ({ configuration, secrets, dryRun }) => {
      check(parts, configuration);
      const before = exported(parts);
      const report = compare(parts, before, configuration, secrets);
      if (dryRun) return report;
      const sealed = new Map<AccountId, string>();
      for (const { id } of configuration.accounts) {
        const secret = secrets[id];
        if (secret !== undefined) sealed.set(id, await parts.ports.secretBox.seal(secret));
      }
      await stopConcerned(parts, new Map(configuration.launchers.map((one) => [one.id, one])));
      // What it refers to may have been deleted meanwhile.
      check(parts, configuration);
      write(parts, configuration, sealed);
      for (const { id } of configuration.launchers) parts.known.forget(id);
      for (const { id } of configuration.accounts) {
        // What is under way was begun for the account as it was.
        parts.signIns.cancelOf(id);
        if (parts.store.accounts.get(id)?.signedIn === null) parts.tokens.signOut(id);
      }
      parts.replan();
      parts.emitter.emit('configuration.changed', {});
      return report;
    },
  };
}

/** Without any secret. */
export function exported({ store }: CoreParts): Configuration {
  return {
    format: CONFIGURATION_FORMAT,
    accounts: store.accounts
      .list()
      .map(({ hasSecret: _h, signedIn: _s, createdAt: _c, changedAt: _d, ...one }) => one),
    jobs: store.jobs.list().map(({ createdAt: _c, changedAt: _d, ...one }) => one),
    launchers: store.launchers
      .list()
      .map(({ paused: _p, createdAt: _c, changedAt: _d, ...one }) => one),
    ...exportRouter(store),
  };
}

/** References may point into the document or to what is there already. Throws ConfigError with the field. */
function check({ store, ports }: CoreParts, configuration: Configuration): void {
  const { accounts, jobs, launchers } = configuration;
  expectDistinct('accounts', accounts);
  expectDistinct('jobs', jobs);
  expectDistinct('launchers', launchers);
  expectDistinct('connectors', configuration.connectors);
  expectDistinct('services', configuration.services);
  expectDistinct('notices', configuration.notices);
  const now = ports.clock.now();
  const stamps = { createdAt: now.toISOString(), changedAt: now.toISOString() };
  const known = {
    jobs: {
      get: (id: JobId) => {
        const found = jobs.find((one) => one.id === id);
        return found === undefined ? store.jobs.get(id) : { ...found, ...stamps };
      },
    },
    accounts: {
      get: (id: AccountId) => {
        const found = accounts.find((one) => one.id === id);
        const fresh = found && { ...found, ...stamps, hasSecret: false, signedIn: null };
        return fresh ?? store.accounts.get(id);
      },
    },
  };
  for (const [index, launcher] of launchers.entries()) {
    inField(`launchers.${index}`, () => checkLauncher(known, launcher, now));
  }
  const { accounts: all } = known;
  checkRouterPart(store, configuration, { accounts: all, inField, at: now.toISOString() });
  // Launchers that the document does not mention may be caught in a loop by a job that it moves.
  const kept = store.launchers.list().filter(({ id }) => !launchers.some((one) => one.id === id));
  for (const [index, job] of jobs.entries()) {
    inField(`jobs.${index}`, () => {
      checkJob(job, kept);
    });
  }
}

function expectDistinct(list: string, entries: readonly Entry[]): void {
  for (const [index, { id }] of entries.entries()) {
    if (entries.findIndex((one) => one.id === id) === index) continue;
    throw new ConfigError('configuration.sameId', { id }, { field: `${list}.${index}.id` });
  }
}

function inField(place: string, work: () => unknown): void {
  try {
    work();
  } catch (thrown) {
    if (!(thrown instanceof AppError)) throw thrown;
    const field = [place, ...(thrown.field === undefined ? [] : [thrown.field])].join('.');
    throw new ConfigError(thrown.code, thrown.params, { cause: thrown, field });
  }
}

function compare(
  { store }: CoreParts,
  before: Configuration,
  after: Configuration,
  secrets: Readonly<Record<string, string>>,
): ImportReport {
  const pairs: [readonly Entry[], readonly Entry[]][] = [
    [before.accounts, after.accounts.map(({ secretEnv: _s, secret: _t, ...one }) => one)],
    [before.jobs, after.jobs],
    [before.launchers, after.launchers],
    [before.connectors, after.connectors],
    [before.services, after.services],
    [before.notices, after.notices],
  ];
  let added = 0;
  let changed = 0;
  let unchanged = 0;
  for (const [old, fresh] of pairs) {
    for (const one of fresh) {
      const same = old.find((other) => other.id === one.id);
      if (same === undefined) added += 1;
      else if (isDeepStrictEqual(plain(same), plain(one))) unchanged += 1;
      else changed += 1;
    }
  }
  const missingSecrets = after.accounts
    .filter(({ method }) => needsSecret(method))
    .filter(({ id }) => secrets[id] === undefined && store.accounts.get(id)?.hasSecret !== true)
    .map(({ id, name }) => ({ id, name }));
  return { added, changed, unchanged, missingSecrets };
}

const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

function write(
  { store, ports }: CoreParts,
  configuration: Configuration,
  sealed: ReadonlyMap<AccountId, string>,
): void {
  const at = ports.clock.now().toISOString();
  store.atomically(() => {
    for (const account of configuration.accounts) {
      const draft = AccountDraft.parse(account);
      saveAccount(store, { id: account.id, draft, sealed: sealed.get(account.id), at });
    }
    writeRouterPart(store, configuration, at);
    for (const job of configuration.jobs) store.jobs.save(job.id, job, at);
    for (const launcher of configuration.launchers) writeLauncher(store, launcher.id, launcher, at);
    for (const id of sealed.keys()) resumeLaunchers(store, id);
  });
}
