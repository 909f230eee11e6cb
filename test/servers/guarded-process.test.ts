import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { eventually } from '../helpers/eventually.ts';
import { startGuarded } from './guarded-process.ts';

const MODULE = new URL('guarded-process.ts', import.meta.url).href;
/** Prints its own process id and that of a child, and waits for ever. */
const FAMILY = ['-c', 'sleep 600 & echo $$ $!; wait'];

it('ends the program and its children on stop', async () => {
  const program = startGuarded('/bin/sh', FAMILY);
  const pids = await eventually(() => pidsIn(program.output()));
  await program.stop();
  await eventually(() => !pids!.some(isAlive));
});

it('ends the program when the process that started it is killed', async () => {
  const script = `import { startGuarded } from '${MODULE}';
    const program = startGuarded('/bin/sh', ${JSON.stringify(FAMILY)});
    setInterval(() => process.stdout.write(program.output()), 20);`;
  const starter = spawn(process.execPath, ['--input-type=module', '--eval', script]);
  const [printed] = (await once(starter.stdout, 'data')) as [Buffer];
  const pids = pidsIn(printed.toString()) ?? [];
  expect(pids.filter(isAlive)).toHaveLength(2);
  starter.kill('SIGKILL');
  await eventually(() => !pids.some(isAlive));
});

it('tells what a program printed that could not be started', async () => {
  const program = startGuarded('no-such-program', []);
  expect(await program.ended).toContain('not found');
  expect(program.hasEnded()).toBe(true);
});

function pidsIn(output: string): number[] | undefined {
  const match = /^(\d+) (\d+)\n/.exec(output);
  return match === null ? undefined : [Number(match[1]), Number(match[2])];
}

function isAlive(pid: number): boolean {
  // "12 (sh) S …": Z has ended and only waits for its parent to notice.
  const stat = existsSync(`/proc/${pid}`) ? readFileSync(`/proc/${pid}/stat`, 'utf8') : '';
  return stat !== '' && !/\) [ZX] /.test(stat);
}
