// The built program over one launcher, in a process of its own as a user starts it: what it says became of each item, and what
// the kernel counted of time and memory. For Office 365 a bundle like it, since the program itself knows Microsoft's addresses alone.
/* eslint-disable no-console -- part of a command */
import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Item } from '#contract/model/item';
import { bundleChild, V8_SETTINGS } from '../bench/bundle-child.ts';
import { configure, lanceur } from '../bench/program.ts';

export type ProgramEnd = {
  readonly items: readonly Item[];
  readonly seconds: number;
  /** Of the run alone. */
  readonly peakMiB: number;
};

export type ProgramOrder = {
  readonly dataDir: string;
  readonly configuration: object;
  readonly launcherId: string;
  /** Of the Graph stand-in; null = the source is none of Microsoft's. */
  readonly graphUrl: string | null;
};

const MOST_ITEMS = '5000';
const run = promisify(execFile);

export async function runProgram(order: ProgramOrder): Promise<ProgramEnd> {
  const { dataDir, configuration, launcherId, graphUrl } = order;
  const items = lanceur(dataDir, 'items', '--json', '--limit', MOST_ITEMS);
  if (!existsSync(items[1] ?? ''))
    throw new Error('npm run build first: this is about the program as built');
  if (graphUrl === null) configure(dataDir, configuration);
  const command =
    graphUrl === null ? lanceur(dataDir, 'run', launcherId, '--once') : await overGraph(order);
  const figures = await timed(command, dataDir);
  const { stdout } = await run(items[0], items.slice(1), { maxBuffer: 1 << 30 });
  return { ...figures, items: JSON.parse(stdout) as Item[] };
}

type Command = readonly [string, ...string[]];

async function overGraph(order: ProgramOrder): Promise<Command> {
  const script = await bundleChild('corpus/graph-program');
  return [process.execPath, ...V8_SETTINGS, script, JSON.stringify(order)];
}

/** A run that ends with warnings or an error has still said of each item what became of it. */
async function timed([command, ...args]: Command, dataDir: string) {
  mkdirSync(dataDir, { recursive: true });
  const file = join(dataDir, 'peak.txt');
  writeFileSync(file, '');
  const startedAt = performance.now();
  const given = ['-q', '-o', file, '-f', '%M', command, ...args];
  const env = { ...process.env, UV_THREADPOOL_SIZE: '16' };
  const failed = await run('/usr/bin/time', given, { maxBuffer: 1 << 26, env }).then(
    () => null,
    (thrown: unknown) => thrown as { readonly code?: number; readonly stderr?: string },
  );
  if (failed && failed.code !== 1) console.log(failed.stderr?.slice(-2000) ?? failed);
  const seconds = (performance.now() - startedAt) / 1000;
  return { seconds, peakMiB: Math.round(Number(readFileSync(file, 'utf8')) / 1024) };
}
