// Where the program keeps its own files when nobody says so: the place each system has for it.
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';

type Environment = Readonly<Record<string, string | undefined>>;

type Place = {
  readonly wanted: string | undefined;
  readonly environment: Environment;
  readonly platform: NodeJS.Platform;
  readonly workingDir: string;
};

/** `--data`, else LANCEUR_DATA, else the system's place for the data of programs. Absolute. */
export function dataFolder({ wanted, environment, platform, workingDir }: Place): string {
  const named = wanted ?? environment['LANCEUR_DATA'];
  if (named !== undefined && named !== '') return resolve(workingDir, named);
  const home = environment['HOME'] ?? homedir();
  if (platform === 'win32') {
    const roaming = environment['APPDATA'] ?? join(homedir(), 'AppData', 'Roaming');
    return join(roaming, 'LanceurCOLD');
  }
  if (platform === 'darwin') return join(home, 'Library', 'Application Support', 'LanceurCOLD');
  const share = environment['XDG_DATA_HOME'];
  // The XDG rules say that a relative path is to be ignored.
  return join(
    share?.startsWith('/') === true ? share : join(home, '.local', 'share'),
    'lanceur-cold',
  );
}
