// A whole program in a process of its own: imports a configuration, runs one launcher to its end, and kills itself at the
// checkpoint it was told. What a person decides between two runs is decided once, however often it dies meanwhile.
// Prints the checkpoints it passed.
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import type { Item } from '#contract/model/item';
import type { JournalEntry } from '#contract/model/journal';
import { createCore } from '../../src-main/core/create-core.ts';
import { loadSourceType } from '../../src-main/core/sources/registry.ts';
import { deadlyPorts } from './deadly-ports.ts';

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
  readonly decision?: Decision;
  readonly stranger?: Stranger;
  /** Where Microsoft Graph is, for an Office 365 launcher. */
  readonly graphUrl?: string;
};

/** After a first run: what a person asks for, item by item, once a stranger's file at `remove` is out of the way. Another run follows. */
export type Decision = {
  readonly kind: 'replay' | 'retry' | 'dismiss';
  readonly remove?: string;
};

/** Somebody puts a file there at the first step of that name. */
export type Stranger = { readonly step: string; readonly path: string };

const order = JSON.parse(process.argv[2] ?? '{}') as ChildOrder;
const { graphUrl, stranger, decision } = order;

const { ports, passed } = deadlyPorts({
  ...order,
  passing: (step) => {
    if (stranger?.step !== step || existsSync(stranger.path)) return;
    writeFileSync(stranger.path, 'of a stranger');
  },
});

const core = await createCore(ports, {
  loadSourceType: async (protocol) =>
    protocol === 'o365' && graphUrl !== undefined
      ? (await import('../servers/graph/graph-source-type.ts')).graphSourceType(graphUrl)
      : await loadSourceType(protocol),
  ...(order.threaded === true ? { diskThreads: { worthDocuments: 1, batchJobs: 1 } } : {}),
});
const run = () => core.call('runs.runToEnd', { id: order.launcherId, once: true });

const isOfStranger = (path: string): boolean =>
  existsSync(path) && readFileSync(path, 'utf8') === 'of a stranger';

/** What the journal tells of was decided in an earlier life. */
async function decide({ kind, remove }: Decision): Promise<void> {
  if (remove !== undefined && isOfStranger(remove)) rmSync(remove);
  const states = {
    replay: ['delivered', 'settled'],
    retry: ['quarantined'],
    dismiss: ['quarantined'],
  };
  const items = (await core.call('items.list', { limit: 100 })) as Item[];
  for (const { id, state } of items) {
    const told = (await core.call('journal.list', { itemId: id, limit: 100 })) as JournalEntry[];
    if (!states[kind].includes(state) || told.length > 0) continue;
    const input = kind === 'dismiss' ? { ids: [id] } : { id };
    await core.call(`items.${kind}`, input);
  }
}

const { configuration, secrets } = order;
await core.call('configuration.import', { configuration, secrets });
const runs: unknown[] = [];
if (decision !== undefined) {
  await run();
  await decide(decision);
}
for (let index = 0; index < order.runs; index += 1) runs.push(await run());
await core.stop();
process.stdout.write(JSON.stringify({ passed, runs }));
