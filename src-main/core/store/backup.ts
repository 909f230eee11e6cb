// Copies of the database, made before a migration touches it. The newest few are kept.
import { existsSync, mkdirSync, readdirSync, unlinkSync } from 'node:fs';
import { join } from 'node:path';
import type { Db, OpenOptions } from './open-database.ts';

const KEPT = 5;

const backupDir = (dataDir: string): string => join(dataDir, 'backups');

/** A consistent copy named after the version it holds; throws if it cannot be written: no migration without it. */
export function backupBeforeMigration(db: Db, options: OpenOptions, version: number): void {
  const folder = backupDir(options.dataDir);
  mkdirSync(folder, { recursive: true });
  const stamp = options.clock.now().toISOString().replace(/[:.]/g, '-');
  const file = join(folder, `lanceur-v${version}-${stamp}.db`);
  db.prepare('VACUUM INTO ?').run(file);
  options.logger.log('info', 'store.backup', { file, version });
  for (const old of listBackups(options.dataDir).slice(KEPT)) unlinkSync(join(folder, old));
}

/** Full path of the newest backup, if there is one. */
export function latestBackup(dataDir: string): string | undefined {
  const newest = listBackups(dataDir)[0];
  return newest === undefined ? undefined : join(backupDir(dataDir), newest);
}

/** Newest first: the stamp in the name sorts. */
function listBackups(dataDir: string): string[] {
  const folder = backupDir(dataDir);
  if (!existsSync(folder)) return [];
  const stamp = (name: string): string => name.replace(/^lanceur-v\d+-/, '');
  return readdirSync(folder)
    .filter((name) => /^lanceur-v\d+-.*\.db$/.test(name))
    .sort((a, b) => (stamp(a) < stamp(b) ? 1 : -1));
}
