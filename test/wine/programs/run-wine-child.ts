// In place of the crash suite's `run-child.ts`: the same children, run by the Windows build of Node. Killing itself is
// TerminateProcess there, which Wine tells as the exit code 1.
import { join } from 'node:path';
import { afterAll } from 'vitest';
import type { ChildOrder } from '../../crash/child.ts';
import { buildChildren, type Children } from '../../crash/build-children.ts';
import type { ChildEnd } from '../../crash/run-child.ts';
import { nodeProgram, runInWine, windowsPath } from '../wine.ts';

let children: Promise<Children> | undefined;
afterAll(async () => (await children)?.remove());

export async function runChild(order: ChildOrder): Promise<ChildEnd> {
  const { folder } = await (children ??= buildChildren());
  const seen = JSON.stringify(order, (_key, value: unknown) =>
    typeof value === 'string' && value.startsWith('/') ? windowsPath(value) : value,
  );
  const { code, out, err } = await runInWine(
    nodeProgram,
    [windowsPath(join(folder, 'child.js')), seen],
    { folder: join(folder, 'said') },
  );
  // One that failed by itself shows where.
  const isKilled = code === 1 && out === '' && !/^\s+at /m.test(err);
  if (isKilled && order.dieAt > 0) return { died: true };
  if (code !== 0) throw new Error(`child: exit ${code}\n${out}\n${err}`);
  return { died: false, ...(JSON.parse(out) as Omit<ChildEnd & { died: false }, 'died'>) };
}
