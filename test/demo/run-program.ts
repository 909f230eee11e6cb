// Runs the built `lanceur` as a child, shown to the user or quietly.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

const starter = fileURLToPath(new URL('../../dist/lanceur.cjs', import.meta.url));

type Program = {
  /** Shows the command and what it prints; its exit code. */
  (...args: string[]): Promise<number>;
  quietly(...args: string[]): Promise<{ readonly status: number; readonly out: string }>;
};

export function runProgram(dataDir: string, secrets: Readonly<Record<string, string>>): Program {
  const start = async (args: readonly string[], shown: boolean) => {
    const child = spawn(process.execPath, [starter, '--data', dataDir, '--lang', 'en', ...args], {
      stdio: ['ignore', shown ? 'inherit' : 'pipe', 'inherit'],
      env: { ...process.env, ...secrets },
    });
    let out = '';
    child.stdout?.on('data', (chunk: Buffer) => (out += chunk.toString()));
    const [status] = (await once(child, 'close')) as [number];
    return { status, out };
  };
  const visible = async (...args: string[]): Promise<number> => {
    process.stdout.write(`\n> lanceur ${args.join(' ')}\n`);
    return (await start(args, true)).status;
  };
  return Object.assign(visible, { quietly: (...args: string[]) => start(args, false) });
}
