// The program alone in a process of its own, for the corpus: one configuration, one run, and what it says became of each item. Its
// peak memory is its own.
import { writeFileSync } from 'node:fs';
import { createCore } from '../../src-main/core/create-core.ts';
import { createSystemClock } from '../../src-main/core/clock.ts';
import { plainSecretBox } from '../crash/plain-secret-box.ts';
import { memoryLogger } from '../helpers/memory-logger.ts';

export type ProgramOrder = {
  readonly dataDir: string;
  readonly configuration: object;
  readonly secrets: Readonly<Record<string, string>>;
  readonly launcherId: string;
  /** JSON of ProgramEnd is written here. */
  readonly result: string;
};

export type ProgramEnd = {
  readonly items: unknown;
  readonly seconds: number;
  readonly peakMiB: number;
};

const order = JSON.parse(process.argv[2] ?? '{}') as ProgramOrder;
const core = await createCore({
  clock: createSystemClock(),
  logger: memoryLogger(),
  secretBox: plainSecretBox(),
  paths: { dataDir: order.dataDir, logDir: order.dataDir },
  notifier: { notify: () => undefined },
  openUrl: { open: () => Promise.resolve() },
  checkpoint: () => undefined,
});
const { configuration, secrets, launcherId } = order;
await core.call('configuration.import', { configuration, secrets });
const startedAt = performance.now();
await core.call('runs.runToEnd', { id: launcherId, once: true });
const seconds = (performance.now() - startedAt) / 1000;
const peakMiB = Math.round(process.resourceUsage().maxRSS / 1024);
const items = await core.call('items.list', { launcherId, limit: 5000 });
await core.stop();
writeFileSync(order.result, JSON.stringify({ items, seconds, peakMiB } satisfies ProgramEnd));
