// Calls on launchers: the list, saving with every check a form needs, pause, test, preview.
import { isAbsolute, relative, sep } from 'node:path';
import { LauncherId } from '#contract/ids';
import type { CheckReport } from '#contract/model/check';
import { Launcher, LauncherDraft } from '#contract/model/launcher';
import { ConfigError } from '../errors.ts';
import type { CoreParts } from '../core-parts.ts';
import { previewLauncher } from '../engine/preview-launcher.ts';
import { inspectRun } from '../engine/inspect-run.ts';
import { parseFilter } from '../filter/parse-filter.ts';
import { newId } from '../new-id.ts';
import { checkSchedule } from '../schedule/check-schedule.ts';
import type { Store } from '../store/store.ts';
import type { Handlers } from './handlers.ts';

type Names =
  | 'launchers.list'
  | 'launchers.get'
  | 'launchers.save'
  | 'launchers.delete'
  | 'launchers.setEnabled'
  | 'launchers.setPaused'
  | 'launchers.pauseAll'
  | 'launchers.check'
  | 'launchers.preview'
  | 'launchers.folders';

export function launcherCalls(parts: CoreParts): Handlers<Names> {
  const { store, engine, emitter, ports } = parts;
  const find = (id: LauncherId): Launcher => findLauncher(store, id);
  const changed = (): void => {
    parts.replan();
    emitter.emit('configuration.changed', {});
  };

  return {
    'launchers.list': () => store.launchers.list(),
    'launchers.get': ({ id }) => find(id),
    'launchers.save': (input) => {
      const draft = checkLauncher(store, LauncherDraft.parse(input), ports.clock.now());
      const id = draft.id ?? LauncherId.parse(newId());
      const before = store.launchers.get(id);
      store.atomically(() => {
        store.launchers.save(id, draft, ports.clock.now().toISOString());
        if (before !== undefined && isOtherMailbox(before, draft)) store.ledger.retireKeys(id);
      });
      parts.known.forget(id);
      changed();
      return find(id);
    },
    'launchers.delete': async ({ id }) => {
      find(id);
      await engine.stop(id);
      store.launchers.delete(id, ports.clock.now().toISOString());
      parts.known.forget(id);
      changed();
      return {};
    },
    'launchers.setEnabled': async ({ id, enabled }) => {
      const { id: _id, paused: _paused, createdAt: _c, changedAt: _d, ...config } = find(id);
      store.launchers.save(id, { ...config, enabled }, ports.clock.now().toISOString());
      if (!enabled) await engine.stop(id);
      changed();
      return find(id);
    },
    'launchers.setPaused': ({ id, paused }) => {
      find(id);
      store.launchers.setPaused(id, paused, null);
      changed();
      return find(id);
    },
    'launchers.pauseAll': ({ paused }) => {
      for (const { id } of store.launchers.list()) store.launchers.setPaused(id, paused, null);
      changed();
      return {};
    },
    'launchers.check': async ({ id }, signal): Promise<CheckReport> => {
      const { context, source } = await inspectRun(parts, find(id), signal);
      try {
        const steps = [...(await source.check(signal))];
        for (const destination of context.destinations.values()) {
          steps.push(...(await destination.check(signal)));
        }
        return { ok: steps.every((step) => step.ok), steps };
      } finally {
        await source.close();
      }
    },
    'launchers.preview': async ({ id, limit }, signal) =>
      previewLauncher(await inspectRun(parts, find(id), signal), limit),
    'launchers.folders': async ({ id }, signal) => {
      const { source } = await inspectRun(parts, find(id), signal);
      try {
        return [...((await source.folders?.(signal)) ?? [])];
      } finally {
        await source.close();
      }
    },
  };
}

/** Throws ConfigError `launcher.missing`. */
export function findLauncher(store: Store, id: LauncherId): Launcher {
  const found = store.launchers.get(id);
  if (found === undefined) throw new ConfigError('launcher.missing', { id });
  return found;
}

type Draft = ReturnType<typeof LauncherDraft.parse>;

/** All that the schema cannot see. Throws ConfigError with the field to edit; returns the draft. */
export function checkLauncher(
  store: Pick<Store, 'jobs' | 'accounts'>,
  draft: Draft,
  now: Date,
): Draft {
  parseFilter(draft.filter);
  checkSchedule(draft.schedule, now);
  for (const [index, { jobId }] of draft.affiliations.entries()) {
    const job = store.jobs.get(jobId);
    const field = `affiliations.${index}.jobId`;
    if (job === undefined) throw new ConfigError('job.missing', { id: jobId }, { field });
    if (draft.source.protocol !== 'folder') continue;
    const { path, recursive } = draft.source;
    const inside = placeWithin(path, job.destination.path);
    // What it delivers would be its own next source.
    if (inside === 'same' || (inside === 'below' && recursive)) {
      throw new ConfigError('launcher.loop', { job: job.name, path }, { field });
    }
  }
  if (draft.source.protocol === 'folder') {
    if (!isAbsolute(draft.source.path) && !/^[A-Za-z]:[\\/]|^\\\\/.test(draft.source.path)) {
      throw new ConfigError(
        'path.notAbsolute',
        { path: draft.source.path },
        { field: 'source.path' },
      );
    }
  } else if (store.accounts.get(draft.source.accountId) === undefined) {
    const params = { id: draft.source.accountId };
    throw new ConfigError('account.missing', params, { field: 'source.accountId' });
  }
  return draft;
}

function placeWithin(root: string, path: string): 'same' | 'below' | 'elsewhere' {
  const way = relative(root, path);
  if (way === '') return 'same';
  return way === '..' || way.startsWith(`..${sep}`) || isAbsolute(way) ? 'elsewhere' : 'below';
}

function isOtherMailbox(before: Launcher, after: Draft): boolean {
  const a = before.source;
  const b = after.source;
  if (a.protocol !== b.protocol) return true;
  if (a.protocol === 'folder' || b.protocol === 'folder') return false;
  return a.accountId !== b.accountId || a.server.host !== b.server.host;
}
