// Starting with the session: opt-in, one entry under one name, which follows the program when it was moved. On Linux a
// desktop entry in the user's autostart folder does the same.
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { HIDDEN } from './command-words.ts';
import type { ElectronParts } from './electron-parts.ts';

/** The value's name under the registry's Run key. */
export const ENTRY = 'LanceurCOLD';

export type AutostartParts = {
  readonly app: ElectronParts['app'];
  readonly platform: NodeJS.Platform;
  /** The program as it is to be started: where it lies today. */
  readonly program: string;
  /** `~/.config`, for Linux. */
  readonly configDir: string;
};

/**
 * At each start: an entry that names another place is put right. One that a person switched off in the Task Manager stays
 * switched off, and so it does when the program moved.
 */
export function followAutostart(parts: AutostartParts, isWanted: boolean): void {
  const { app, platform, program } = parts;
  if (platform !== 'win32' || !isWanted) {
    setAutostart(parts, isWanted);
    return;
  }
  if (!app.isPackaged) return;
  const { launchItems } = app.getLoginItemSettings({ path: program, args: [HIDDEN] });
  const entry = launchItems.find(({ name, scope }) => name === ENTRY && scope === 'user');
  const isRight = entry?.path === program && entry.args.join(' ') === HIDDEN;
  if (!isRight) setAutostart(parts, true, entry?.enabled ?? true);
}

/** When somebody decides. `enabled`: as the Task Manager shows it. */
export function setAutostart(parts: AutostartParts, isWanted: boolean, enabled = true): void {
  const { app, platform, program } = parts;
  // A program run from its sources would register Electron itself.
  if (!app.isPackaged) return;
  if (platform === 'linux') {
    setDesktopEntry(parts, isWanted);
    return;
  }
  app.setLoginItemSettings({
    openAtLogin: isWanted,
    ...(platform === 'win32' ? { name: ENTRY, path: program, args: [HIDDEN], enabled } : {}),
  });
}

function setDesktopEntry({ configDir, program }: AutostartParts, isWanted: boolean): void {
  const file = join(configDir, 'autostart', 'lanceur-cold.desktop');
  if (!isWanted) {
    rmSync(file, { force: true });
    return;
  }
  mkdirSync(dirname(file), { recursive: true });
  const quoted = `"${program.replace(/(["\\$`])/g, '\\$1')}"`;
  const lines = ['[Desktop Entry]', 'Type=Application', 'Name=Lanceur COLD'];
  writeFileSync(file, [...lines, `Exec=${quoted} ${HIDDEN}`, ''].join('\n'));
}
