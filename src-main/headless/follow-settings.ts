// What the settings say about the log is done to the log, now and whenever they change.
import { Settings } from '#contract/model/settings';
import type { Core } from '../core/create-core.ts';
import type { FileLogger } from '../core/logging/file-logger.ts';
import { typedCall } from '../core/api/typed-call.ts';

/** Returns the way to stop following. */
export async function followSettings(
  core: Pick<Core, 'call' | 'on'>,
  logger: FileLogger,
): Promise<() => void> {
  logger.configure(await typedCall(core.call)('settings.get', {}));
  return core.on((name, payload) => {
    if (name === 'settings.changed') logger.configure(Settings.parse(payload));
  });
}
