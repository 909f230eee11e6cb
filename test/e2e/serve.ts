// The built `lanceur serve` on a data folder: started, its address read from what it prints, stopped as a user stops it.
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { CallInput, CallName, CallOutput } from '#contract/calls';

/** Another place than `dist`, to leave a build under way alone. */
const dist = process.env['LANCEUR_DIST'] ?? new URL('../../dist', import.meta.url).pathname;
const starter = join(dist, 'lanceur.cjs');

export type Serve = {
  /** With the key: `http://127.0.0.1:PORT/#token=…`. */
  readonly url: string;
  readonly port: number;
  readonly call: <N extends CallName>(name: N, input: CallInput<N>) => Promise<CallOutput<N>>;
  /** SIGTERM, and waits for the end. */
  readonly stop: () => Promise<void>;
};

/** `env` is added to what the tests run with. */
export async function startServe(
  dataDir: string,
  port = 0,
  env: Readonly<Record<string, string>> = {},
): Promise<Serve> {
  const args = [starter, '--data', dataDir, '--lang', 'en', 'serve', '--port', String(port)];
  const child = spawn(process.execPath, args, {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, ...env },
  });
  const url = await readAddress(child);
  const token = url.split('#token=')[1] ?? '';
  const origin = new URL(url).origin;
  const call: Serve['call'] = async (name, input) => {
    const response = await fetch(`${origin}/api/call`, {
      method: 'POST',
      headers: { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json' },
      body: JSON.stringify({ name, input }),
    });
    const reply = (await response.json()) as { ok: boolean; value: unknown; error: unknown };
    if (!reply.ok) throw new Error(`${name}: ${JSON.stringify(reply.error)}`);
    return reply.value as CallOutput<typeof name>;
  };
  const stop = async (): Promise<void> => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    child.kill('SIGTERM');
    await once(child, 'exit');
  };
  return { url, port: Number(new URL(url).port), call, stop };
}

/** Runs a command of the program to its end; `at` in the past needs faketime. */
export async function runLanceur(dataDir: string, args: readonly string[], at?: string) {
  const command = [process.execPath, starter, '--data', dataDir, ...args];
  const [program = '', ...rest] = at === undefined ? command : ['faketime', at, ...command];
  await promisify(execFile)(program, rest);
}

async function readAddress(child: ChildProcess): Promise<string> {
  let text = '';
  for await (const chunk of child.stdout ?? []) {
    text += String(chunk);
    const found = /http:\/\/127\.0\.0\.1:\d+\/#token=[\w-]+/.exec(text);
    if (found) {
      child.stdout?.resume();
      return found[0];
    }
  }
  throw new Error(`serve ended: ${text}`);
}
