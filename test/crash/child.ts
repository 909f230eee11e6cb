// A whole program in a process of its own: imports a configuration, runs one launcher to its end, and kills itself
// with SIGKILL at the checkpoint it was told, as a power cut would. Prints the checkpoints it passed.
import { createCore } from '../../src-main/core/create-core.ts';
import { createSystemClock } from '../../src-main/core/clock.ts';
import type { Ports } from '../../src-main/core/ports.ts';
import { loadSourceType } from '../../src-main/core/sources/registry.ts';
import { memoryLogger } from '../helpers/memory-logger.ts';
import { plainSecretBox } from './plain-secret-box.ts';

export type ChildOrder = {
  readonly dataDir: string;
  readonly configuration: unknown;
  readonly launcherId: string;
  readonly secrets: Readonly<Record<string, string>>;
  /** 1 = die at the first checkpoint; 0 = live to the end. */
  readonly dieAt: number;
  /** Small steps go through the disk thread, as with many documents, but one in a message, so that death comes between them. */
  readonly threaded?: boolean;
  /** Runs one after the other in this life. */
  readonly runs: number;
  /** Where Microsoft Graph is, for an Office 365 launcher. */
  readonly graphUrl?: string;
};

const order = JSON.parse(process.argv[2] ?? '{}') as ChildOrder;
const passed: string[] = [];

const ports: Ports = {
  clock: createSystemClock(),
  logger: memoryLogger(),
  secretBox: plainSecretBox(),
  paths: { dataDir: order.dataDir, logDir: order.dataDir },
  notifier: { notify: () => undefined },
  openUrl: { open: () => Promise.resolve() },
  checkpoint: (step) => {
    passed.push(step);
    if (passed.length === order.dieAt) process.kill(process.pid, 'SIGKILL');
  },
};

const { graphUrl } = order;
const core = await createCore(ports, {
  loadSourceType: async (protocol) =>
    protocol === 'o365' && graphUrl !== undefined
      ? (await import('../servers/graph/graph-source-type.ts')).graphSourceType(graphUrl)
      : await loadSourceType(protocol),
  ...(order.threaded === true ? { diskThreads: { worthDocuments: 1, batchJobs: 1 } } : {}),
});
const { configuration, secrets } = order;
await core.call('configuration.import', { configuration, secrets });
const runs: unknown[] = [];
for (let index = 0; index < order.runs; index += 1) {
  runs.push(await core.call('runs.runToEnd', { id: order.launcherId, once: true }));
}
await core.stop();
process.stdout.write(JSON.stringify({ passed, runs }));
