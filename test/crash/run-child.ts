// Starts a child and waits for its end or its death.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Run } from '#contract/model/run';
import type { ChildOrder } from './child.ts';

const compiled = new URL('../../node_modules/.cache/crash', import.meta.url).pathname;

export type ChildEnd =
  | { readonly died: true }
  | { readonly died: false; readonly passed: readonly string[]; readonly runs: readonly Run[] };

export async function runChild(order: ChildOrder): Promise<ChildEnd> {
  const said = await outlive('child.ts', order);
  if (said === null) return { died: true };
  return { died: false, ...(JSON.parse(said) as { passed: string[]; runs: Run[] }) };
}

/**
 * What a program of this folder printed, told its order in JSON; null when it killed itself as ordered (`dieAt`).
 * Throws with the child's own words where it neither finished nor was killed by itself.
 */
export async function outlive(
  program: string,
  order: { readonly dieAt: number },
): Promise<string | null> {
  const path = new URL(program, import.meta.url).pathname;
  const running = spawn(process.execPath, [path, JSON.stringify(order)], {
    // Compiled once instead of some thousand times.
    env: { ...process.env, NODE_NO_WARNINGS: '1', NODE_COMPILE_CACHE: compiled },
  });
  let out = '';
  let err = '';
  running.stdout.on('data', (chunk: Buffer) => (out += chunk.toString()));
  running.stderr.on('data', (chunk: Buffer) => (err += chunk.toString()));
  const [code, signal] = (await once(running, 'close')) as [number | null, string | null];
  if (signal === 'SIGKILL' && order.dieAt > 0) return null;
  if (code !== 0) throw new Error(`${program}: exit ${code} ${signal}\n${out}\n${err}`);
  return out;
}
