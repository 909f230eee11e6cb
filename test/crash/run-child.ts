// Starts a child and waits for its end or its death.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { afterAll } from 'vitest';
import type { Run } from '#contract/model/run';
import { buildChildren, type Children } from './build-children.ts';
import type { ChildOrder } from './child.ts';

let children: Promise<Children> | undefined;
afterAll(async () => (await children)?.remove());

export type ChildEnd =
  | { readonly died: true }
  | { readonly died: false; readonly passed: readonly string[]; readonly runs: readonly Run[] };

export async function runChild(order: ChildOrder): Promise<ChildEnd> {
  const said = await outlive('child', order);
  if (said === null) return { died: true };
  return { died: false, ...(JSON.parse(said) as { passed: string[]; runs: Run[] }) };
}

/**
 * What a program of this folder printed, told its order in JSON; null when it killed itself as ordered (`dieAt`).
 * Throws with the child's own words where it neither finished nor was killed by itself.
 */
export async function outlive(
  program: 'child' | 'outbox-child' | 'store-child',
  order: { readonly dieAt: number },
): Promise<string | null> {
  const { folder } = await (children ??= buildChildren());
  const running = spawn(process.execPath, [join(folder, `${program}.js`), JSON.stringify(order)], {
    env: { ...process.env, NODE_NO_WARNINGS: '1', NODE_COMPILE_CACHE: join(folder, 'compiled') },
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
