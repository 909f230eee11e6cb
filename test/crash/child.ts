// A whole program in a process of its own: imports a configuration, runs one launcher to its end, and kills itself
// with SIGKILL at the checkpoint it was told, as a power cut would. Prints the checkpoints it passed.
import { createCore } from '../../src-main/core/create-core.ts';
import { createSystemClock } from '../../src-main/core/clock.ts';
import type { Ports } from '../../src-main/core/ports.ts';
import { memoryLogger } from '../helpers/memory-logger.ts';
import { plainSecretBox } from './plain-secret-box.ts';

export type ChildOrder = {
  readonly dataDir: string;
  readonly configuration: unknown;
  readonly launcherId: string;
  readonly secrets: Readonly<Record<string, string>>;
  /** 1 = die at the first checkpoint; 0 = live to the end. */
  readonly dieAt: number;
  /** Runs one after the other in this life. */
  readonly runs: number;
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

const core = await createCore(ports);
const { configuration, secrets } = order;
await core.call('configuration.import', { configuration, secrets });
const runs: unknown[] = [];
for (let index = 0; index < order.runs; index += 1) {
  runs.push(await core.call('runs.runToEnd', { id: order.launcherId, once: true }));
}
await core.stop();
process.stdout.write(JSON.stringify({ passed, runs }));
