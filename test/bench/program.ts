// The built program as a user runs it, with a configuration of one launcher and one COLD job.
import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ConfigurationInput } from '#contract/model/configuration';

const built = new URL('../../dist/lanceur.cjs', import.meta.url).pathname;
/** `BENCH_PROGRAM`: another build than the one in dist. */
const starter = process.env['BENCH_PROGRAM'] ?? built;

export type Setup = {
  readonly dataDir: string;
  readonly target: string;
  readonly source: ConfigurationInput['launchers'] extends (infer L)[] | undefined
    ? L extends { source: infer S }
      ? S
      : never
    : never;
  readonly schedule?: string;
};

export const lanceur = (dataDir: string, ...args: string[]): readonly [string, ...string[]] => [
  process.execPath,
  starter,
  '--data',
  dataDir,
  ...args,
];

export const account = { id: 'acc', name: 'bench', user: 'bench', secretEnv: 'BENCH_SECRET' };

/** Imports a configuration; the secret of every test server's user is `secret`. */
export function configure(dataDir: string, configuration: object): void {
  mkdirSync(dataDir, { recursive: true });
  const file = join(dataDir, 'configuration.json');
  writeFileSync(file, JSON.stringify({ format: 'lanceur-cold/1', ...configuration }));
  const [command, ...args] = lanceur(dataDir, 'import', file);
  const env = { ...process.env, BENCH_SECRET: 'secret' };
  const result = spawnSync(command, args, { encoding: 'utf8', env });
  if (result.status !== 0) throw new Error(`import: ${result.stdout}${result.stderr}`);
}

export function oneLauncher(target: string, source: object): object {
  mkdirSync(target, { recursive: true });
  return {
    accounts: [{ ...account }],
    jobs: [{ id: 'job', name: 'bench', destination: { kind: 'folder', path: target } }],
    launchers: [
      {
        id: 'bench',
        description: 'bench',
        source,
        affiliations: [{ jobId: 'job', extensions: [] }],
      },
    ],
  };
}

/** Files in a folder that are documents: throws unless there are just so many. */
export function expectFiles(folder: string, count: number): void {
  const found = readdirSync(folder).length;
  if (found !== count) throw new Error(`${folder}: ${found} files, not ${count}`);
}
