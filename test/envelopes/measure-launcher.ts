// The whole program over a folder of envelopes, in this process: listed, recognised, taken apart, delivered into a COLD job
// with index files, archived. Resolves with the seconds of the run and the number of delivered documents.
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Run } from '#contract/model/run';
import { createCore } from '#core/create-core';
import { quietPorts } from '../helpers/quiet-ports.ts';

export type Measured = { readonly seconds: number; readonly documents: number };

export async function runLauncher(inbox: string): Promise<Measured> {
  const dir = mkdtempSync(join(dirname(inbox), 'launcher-'));
  const cold = join(dir, 'cold');
  mkdirSync(cold);
  const core = await createCore(quietPorts(dir));
  try {
    await core.call('configuration.import', {
      configuration: configuration(inbox, cold),
      secrets: {},
    });
    const start = performance.now();
    const run = (await core.call('runs.runToEnd', { id: 'launcher', once: true })) as Run;
    return { seconds: (performance.now() - start) / 1000, documents: run.counts.documents };
  } finally {
    await core.stop();
    rmSync(dir, { recursive: true, force: true });
  }
}

const configuration = (inbox: string, cold: string) => ({
  format: 'lanceur-cold/1',
  accounts: [],
  jobs: [{ id: 'job', name: 'job', destination: { kind: 'folder', path: cold }, sidecar: 'json' }],
  launchers: [
    {
      id: 'launcher',
      description: 'measured',
      source: {
        protocol: 'adullact',
        path: inbox,
        extract: { pes: true, invoice: true },
        envelope: { limits: { maxPesBytes: 200_000_000 } },
      },
      affiliations: [{ jobId: 'job', extensions: [] }],
    },
  ],
});
