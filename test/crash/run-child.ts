// Starts a child and waits for its end or its death.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Run } from '#contract/model/run';
import type { ChildOrder } from './child.ts';

const child = new URL('./child.ts', import.meta.url).pathname;

export type ChildEnd =
  | { readonly died: true }
  | { readonly died: false; readonly passed: readonly string[]; readonly runs: readonly Run[] };

/** Throws with the child's own words where it neither finished nor was killed by itself. */
export async function runChild(order: ChildOrder): Promise<ChildEnd> {
  const running = spawn(process.execPath, [child, JSON.stringify(order)], {
    env: { ...process.env, NODE_NO_WARNINGS: '1' },
  });
  let out = '';
  let err = '';
  running.stdout.on('data', (chunk: Buffer) => (out += chunk.toString()));
  running.stderr.on('data', (chunk: Buffer) => (err += chunk.toString()));
  const [code, signal] = (await once(running, 'close')) as [number | null, string | null];
  if (signal === 'SIGKILL' && order.dieAt > 0) return { died: true };
  if (code !== 0) throw new Error(`child: exit ${code} ${signal}\n${out}\n${err}`);
  return { died: false, ...(JSON.parse(out) as { passed: string[]; runs: Run[] }) };
}
