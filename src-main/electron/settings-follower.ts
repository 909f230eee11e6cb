// What the settings say is done to the shell: at each start of the core, and whenever somebody saves them.
import { Settings } from '#contract/model/settings';
import { typedCall } from '../core/api/typed-call.ts';
import type { FileLogger } from '../core/logging/file-logger.ts';
import type { Texts } from '#contract/texts/texts';
import { type AutostartParts, followAutostart, setAutostart } from './autostart.ts';
import { desktopTexts } from './desktop-texts.ts';
import type { EngineHost } from './engine-host.ts';
import { updatePolicy, type UpdateFacts } from './updates/update-policy.ts';
import type { Updates } from './updates/updates.ts';

export interface SettingsFollower {
  /** The usual ones until the core could be asked. */
  readonly now: () => Settings;
  readonly texts: () => Texts;
  /** Reads them afresh: the core was started. */
  readonly read: () => Promise<void>;
}

export type SettingsFollowerParts = {
  readonly engine: Pick<EngineHost, 'call' | 'on'>;
  readonly logger: Pick<FileLogger, 'configure'>;
  readonly autostart: AutostartParts;
  readonly updates: () => Pick<Updates, 'follow'>;
  readonly updateFacts: Omit<UpdateFacts, 'wanted'>;
  readonly onChanged: () => void;
};

export function followSettings(parts: SettingsFollowerParts): SettingsFollower {
  const { engine, autostart } = parts;
  const locale = (): string => autostart.app.getLocale();
  let settings = Settings.parse({});
  let texts = desktopTexts(settings.language, locale());
  const obey = (given: Settings): void => {
    settings = given;
    texts = desktopTexts(given.language, locale());
    parts.logger.configure(given);
    parts.updates().follow(updatePolicy({ ...parts.updateFacts, wanted: given.updates }));
    parts.onChanged();
  };
  engine.on((name, payload) => {
    if (name !== 'settings.changed') return;
    const given = Settings.parse(payload);
    if (given.startAtLogin !== settings.startAtLogin) setAutostart(autostart, given.startAtLogin);
    obey(given);
  });
  return {
    now: () => settings,
    texts: () => texts,
    read: async () => {
      const given = await typedCall(engine.call)('settings.get', {});
      followAutostart(autostart, given.startAtLogin);
      obey(given);
    },
  };
}
