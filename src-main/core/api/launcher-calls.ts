// Calls on launchers: the list, saving with every check a form needs, pause, test, preview.
import { LauncherId } from '#contract/ids';
import { Launcher, LauncherDraft } from '#contract/model/launcher';
import { ConfigError } from '../errors.ts';
import type { CoreParts } from '../core-parts.ts';
import { previewLauncher } from '../engine/preview-launcher.ts';
import { inspectRun } from '../engine/inspect-run.ts';
import { newId } from '../new-id.ts';
import type { Store } from '../store/store.ts';
import { checkLauncher } from './check-launcher.ts';
import { checkSteps, foldersOf } from './inspect-source.ts';
import type { Handlers } from './handlers.ts';
import { stopConcerned, writeLauncher } from './save-launcher.ts';

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
    'launchers.save': async (input) => {
      const check = () => checkLauncher(store, input, ports.clock.now());
      const draft = check();
      const id = draft.id ?? LauncherId.parse(newId());
      await stopConcerned(parts, new Map([[id, draft]]));
      // What it refers to may have been deleted meanwhile.
      check();
      store.atomically(() => {
        writeLauncher(store, id, draft, ports.clock.now().toISOString());
      });
      parts.known.forget(id);
      changed();
      return find(id);
    },
    'launchers.delete': async ({ id }) => {
      find(id);
      // Whoever waited for the run to end may have started the next.
      while (engine.running(id) !== undefined) await engine.stop(id);
      store.launchers.delete(id, ports.clock.now().toISOString());
      parts.known.forget(id);
      changed();
      return {};
    },
    'launchers.setEnabled': async ({ id, enabled }) => {
      const draft = LauncherDraft.parse({ ...find(id), enabled });
      store.launchers.save(id, draft, ports.clock.now().toISOString());
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
    'launchers.pauseAll': ({ paused, until }) => {
      if (paused && until !== undefined) {
        parts.timedPauses.pauseAll(until);
      } else {
        for (const { id } of store.launchers.list()) store.launchers.setPaused(id, paused, null);
      }
      changed();
      return {};
    },
    'launchers.check': async ({ id }, signal) =>
      checkSteps(await inspectRun(parts, find(id), signal), signal),
    'launchers.preview': async ({ id, limit }, signal) =>
      previewLauncher(await inspectRun(parts, find(id), signal), limit),
    'launchers.folders': async ({ id }, signal) =>
      foldersOf(await inspectRun(parts, find(id), signal), signal),
  };
}

/** Throws ConfigError `launcher.missing`. */
export function findLauncher(store: Store, id: LauncherId): Launcher {
  const found = store.launchers.get(id);
  if (found === undefined) throw new ConfigError('launcher.missing', { id });
  return found;
}
