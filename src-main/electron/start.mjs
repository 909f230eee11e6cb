// `npm start`: starts the built desktop program. Where Electron's binary is not there (it is fetched apart from the packages:
// `npx install-electron`), says so and serves the same window to a browser instead.
import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

const root = join(import.meta.dirname, '../..');

/** Electron's program: where ELECTRON_OVERRIDE_DIST_PATH says, or as installed; undefined = not there. Fetches nothing. */
export function electronProgram(
  environment = process.env,
  packageDir = join(root, 'node_modules/electron'),
) {
  const note = join(packageDir, 'path.txt');
  const usual = process.platform === 'win32' ? 'electron.exe' : 'electron';
  const name = existsSync(note) ? readFileSync(note, 'utf8').trim() : usual;
  const folder = environment.ELECTRON_OVERRIDE_DIST_PATH ?? join(packageDir, 'dist');
  const program = join(folder, name);
  return existsSync(program) ? program : undefined;
}

function start() {
  const words = process.argv.slice(2);
  const program = electronProgram();
  if (program === undefined) {
    process.stderr.write(
      'Electron is not installed (npx install-electron fetches it): the window is served to a browser instead.\n' +
        "Electron n'est pas installé (npx install-electron le télécharge) : la fenêtre est servie à un navigateur.\n",
    );
  }
  const command =
    program === undefined
      ? [process.execPath, join(root, 'dist/lanceur.cjs'), 'serve', ...words]
      : [program, root, ...words];
  const child = spawn(command[0], command.slice(1), { stdio: 'inherit' });
  for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => child.kill(signal));
  child.on('error', (error) => {
    process.stderr.write(`${command[0]}: ${error.message}\n`);
    process.exitCode = 1;
  });
  child.on('exit', (code, signal) => {
    process.exitCode = code ?? (signal === null ? 0 : 1);
  });
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) start();
