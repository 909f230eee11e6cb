// Shows a folder in the system's file manager. The system's "open" starts programs too: only a folder that the configuration
// names is opened, and only while it is a folder.
import { stat } from 'node:fs/promises';
import type { Dispatch } from '../core/api/dispatch.ts';
import { typedCall } from '../core/api/typed-call.ts';
import { toAppError } from '../core/errors.ts';
import type { Logger } from '../core/ports.ts';
import type { ElectronParts } from './electron-parts.ts';

/** False: not one of them, no folder now, or the system would not. */
export async function openKnownFolder(
  parts: {
    readonly shell: ElectronParts['shell'];
    readonly core: { readonly call: Dispatch };
    readonly logger: Logger;
  },
  path: string,
): Promise<boolean> {
  try {
    const call = typedCall(parts.core.call);
    const [jobs, launchers] = [await call('jobs.list', {}), await call('launchers.list', {})];
    const known = [...jobs.map((one) => one.destination), ...launchers.map((one) => one.source)];
    const isKnown = known.some((place) => 'path' in place && place.path === path);
    if (!isKnown || !(await stat(path)).isDirectory()) return false;
    return (await parts.shell.openPath(path)) === '';
  } catch (thrown) {
    parts.logger.log('info', 'folder.notOpened', { message: toAppError(thrown).message });
    return false;
  }
}
