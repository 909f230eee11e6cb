// An Adullact launcher over a real folder, in a whole core with a fake clock: what it delivers, and what becomes of the source.
import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { CallInput } from '#contract/calls';
import type { Launcher } from '#contract/model/launcher';
import { makeCore } from '../../../helpers/make-core.ts';
import { tempDir } from '../../../helpers/temp-dir.ts';

type Draft = CallInput<'launchers.save'>;
type Source = Extract<Draft['source'], { protocol: 'adullact' }>;

export type WorldOptions = {
  readonly source?: Partial<Omit<Source, 'protocol' | 'path'>>;
  readonly job?: Partial<CallInput<'jobs.save'>>;
  readonly launcher?: Partial<Draft>;
  readonly extensions?: readonly string[];
};

export async function adullactWorld(options: WorldOptions = {}) {
  const dir = await tempDir();
  const inbox = join(dir, 'in');
  mkdirSync(inbox);
  const core = await makeCore({ dir, isReal: true });
  const job = await core.job('cold', { sidecar: 'json', ...options.job });
  const draft: Draft = {
    description: 'Adullact Chorus',
    source: {
      protocol: 'adullact',
      path: inbox,
      ...options.source,
    },
    affiliations: [{ jobId: job.id, extensions: [...(options.extensions ?? [])] }],
    ...options.launcher,
  };
  const launcher: Launcher = await core.call('launchers.save', draft);
  return {
    dir,
    inbox,
    core,
    job,
    launcher,
    /** Runs until nothing is waited for any more: the quiet times pass meanwhile. */
    settle: async (looks = 2) => {
      let run = await core.run(launcher, true);
      for (let look = 1; look < looks; look += 1) {
        await core.clock.advance(700_000);
        run = await core.run(launcher, true);
      }
      return run;
    },
    /** Files below the COLD job's folder, `/` as separator, sorted. */
    delivered: (): string[] => tree(core.folderOf('cold')),
    left: (): string[] => tree(inbox),
    json: (file: string): Record<string, unknown> =>
      JSON.parse(readFileSync(join(core.folderOf('cold'), file), 'utf8')) as Record<
        string,
        unknown
      >,
    /** One document of the COLD job. */
    bytes: (file: string): Buffer => readFileSync(join(core.folderOf('cold'), file)),
  };
}

export function tree(root: string): string[] {
  return readdirSync(root, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(root.length + 1))
    .map((name) => name.split('\\').join('/'))
    .sort();
}
