// Calls on the program's settings, on what is running, and the text for whoever helps.
import type { About } from '#contract/model/settings';
import { browseFolders } from '../browse/browse-folders.ts';
import type { CoreParts } from '../core-parts.ts';
import { createZoneDays } from '../figures/zone-days.ts';
import { supportBundle } from '../housekeeping/support-bundle.ts';
import { isBackupDue } from '../store/daily-backup.ts';
import { version } from '../version.ts';
import { exported } from './configuration-calls.ts';
import type { Handlers } from './handlers.ts';
import { statusOf } from './run-calls.ts';

type Names =
  | 'settings.get'
  | 'settings.save'
  | 'about.get'
  | 'support.bundle'
  | 'program.tend'
  | 'folders.browse'
  | 'figures.days';

export function settingsCalls(parts: CoreParts): Handlers<Names> {
  const { store, ports, emitter } = parts;
  const about = (): About => {
    const { version: sqlite, sizeBytes } = store.facts();
    return {
      version,
      startedAt: parts.startedAt,
      node: process.version,
      sqlite,
      platform: `${process.platform} ${process.arch}`,
      ...ports.paths,
      databaseBytes: sizeBytes,
    };
  };
  return {
    'settings.get': () => store.settings.get(),
    'settings.save': (settings) => {
      store.settings.save(settings, ports.clock.now().toISOString());
      emitter.emit('settings.changed', settings);
      return settings;
    },
    'about.get': about,
    'program.tend': async (_, signal) => {
      const { clock, logger } = ports;
      if (!isBackupDue({ clock, newestAt: store.latestBackupAt }, store.runs.oldestAt())) return {};
      await parts.housekeeping.pruneNow();
      try {
        await store.backUp(signal);
      } catch (thrown) {
        if (!signal.aborted) logger.log('warn', 'store.backupFailed', { reason: String(thrown) });
      }
      return {};
    },
    'support.bundle': () =>
      supportBundle({
        about: about(),
        settings: store.settings.get(),
        status: statusOf(parts),
        configuration: exported(parts),
        runs: store.runs.list({ limit: 200 }),
        journal: store.journal.list({ limit: 1000 }),
        logDir: ports.paths.logDir,
        now: ports.clock.now(),
      }),
    'folders.browse': ({ path }, signal) => {
      const sources = store.launchers
        .list()
        .flatMap(({ source }) => ('path' in source ? [source.path] : []));
      const targets = store.jobs
        .list()
        .flatMap(({ destination }) => ('path' in destination ? [destination.path] : []));
      const { platform } = process;
      const used = [...sources, ...targets];
      return browseFolders(path, { clock: ports.clock, signal, used, platform });
    },
    'figures.days': ({ days, launcherId }) => {
      const zone = createZoneDays(ports.clock.now(), days);
      return zone.fill(store.figures.delivered(zone.since, launcherId));
    },
  };
}
