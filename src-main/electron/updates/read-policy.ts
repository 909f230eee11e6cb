// The administrator's word about updates, from Windows' registry: a policy, or what `Setup.exe /NOUPDATES` left. Read by the
// system's own `reg`, so that no native code is needed for one number.
import { execFile } from 'node:child_process';
import { join } from 'node:path';

const KEYS = [String.raw`Software\Policies\LanceurCOLD`, String.raw`Software\LanceurCOLD`];
const VALUE = 'DisableUpdates';

export type RunProgram = (program: string, args: readonly string[]) => Promise<string>;

export async function areUpdatesForbidden(parts: {
  readonly platform: NodeJS.Platform;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly run?: RunProgram;
}): Promise<boolean> {
  const { platform, environment, run = runProgram } = parts;
  if (/^(?:1|true|yes)$/i.test(environment['LANCEUR_NO_UPDATES'] ?? '')) return true;
  if (platform !== 'win32') return false;
  const reg = join(environment['SystemRoot'] ?? String.raw`C:\Windows`, 'System32', 'reg.exe');
  for (const key of KEYS.flatMap((one) => [`HKLM\\${one}`, `HKCU\\${one}`])) {
    const answer = await run(reg, ['query', key, '/v', VALUE]).catch(() => '');
    const [, number] = /REG_DWORD\s+0x([0-9a-f]+)/i.exec(answer) ?? [];
    if (number !== undefined && Number.parseInt(number, 16) !== 0) return true;
  }
  return false;
}

const runProgram: RunProgram = (program, args) =>
  new Promise((resolve, reject) => {
    execFile(program, args, { windowsHide: true, timeout: 5_000 }, (error, stdout) => {
      if (error === null) resolve(stdout);
      // No such key: nobody forbade anything.
      else reject(new Error(error.message, { cause: error }));
    });
  });
