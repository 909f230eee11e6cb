// Opens a page in the browser of whoever sits in front of this machine. Where there is none (a server, a container)
// nothing happens: the address is shown as well.
import { spawn } from 'node:child_process';
import type { Environment } from './command.ts';

/** Resolves when the system has been asked. Never throws. */
export async function openInBrowser(url: string, environment: Environment): Promise<void> {
  // The system's openers start programs for other schemes.
  if (!/^https?:\/\//.test(url)) return;
  const [program, ...words] = opener(url, environment);
  await new Promise<void>((resolve) => {
    const child = spawn(program, words, { stdio: 'ignore', detached: true });
    child.once('error', () => {
      resolve();
    });
    child.once('spawn', () => {
      child.unref();
      resolve();
    });
  });
}

function opener(url: string, environment: Environment): [string, ...string[]] {
  // Not `start`: the shell would read the ampersands of the address.
  if (process.platform === 'win32') return ['rundll32', 'url.dll,FileProtocolHandler', url];
  if (process.platform === 'darwin') return ['open', url];
  const wanted = environment['BROWSER'] ?? '';
  return [wanted === '' ? 'xdg-open' : wanted, url];
}
