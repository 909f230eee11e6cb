// The settings of the program: one row, or none while everything is as it comes.
import { Settings } from '#contract/model/settings';
import { readJson } from './json-column.ts';
import type { Db } from './open-database.ts';

export type SettingsRepo = ReturnType<typeof createSettingsRepo>;

export function createSettingsRepo(db: Db) {
  const select = db.prepare('SELECT config FROM settings WHERE id = 1').pluck();
  const upsert = db.prepare(
    `INSERT INTO settings (id, config, changed_at) VALUES (1, @config, @at)
     ON CONFLICT (id) DO UPDATE SET config = @config, changed_at = @at`,
  );
  return {
    get: (): Settings => {
      const found = select.get();
      return typeof found === 'string'
        ? readJson(Settings, found, 'settings.config')
        : Settings.parse({});
    },
    save: (settings: Settings, at: string): void => {
      upsert.run({ config: JSON.stringify(settings), at });
    },
  };
}
