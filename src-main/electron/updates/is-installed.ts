// Whether the installer put the program in, and may replace it. One that merely lies somewhere (the portable program, an
// unpacked zip, which carries the same address for updates) is replaced by hand: an update would install a second one beside it.
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** As electron-builder's installer names it, beside the program. */
export const UNINSTALLER = 'Uninstall LanceurCOLD.exe';

/** `executable`: the program that runs. Elsewhere than on Windows the updater itself knows what it can replace. */
export function isInstalled(parts: {
  readonly platform: NodeJS.Platform;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly executable: string;
}): boolean {
  const { platform, environment, executable } = parts;
  if (platform !== 'win32') return true;
  // The portable program unpacks itself to a new place at each start.
  if (environment['PORTABLE_EXECUTABLE_DIR'] !== undefined) return false;
  return existsSync(join(dirname(executable), UNINSTALLER));
}
