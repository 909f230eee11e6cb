// A whole program in a process of its own that sends, or delivers and forwards, and kills itself with SIGKILL at the
// checkpoint it was told. Prints the checkpoints it passed and what is in the outbox.
import { createCore } from '../../src-main/core/create-core.ts';
import { deadlyPorts } from './deadly-ports.ts';
import { loadConnector } from '../../src-main/core/router/connectors/registry.ts';

export type OutboxOrder = {
  readonly dataDir: string;
  readonly configuration: unknown;
  /** Runs this launcher first. */
  readonly launcherId?: string;
  /** Asked for under these keys, as a script that was cut would ask again. */
  readonly messages: readonly { readonly once: string; readonly draft: object }[];
  /** Where Microsoft Graph is, for an Office 365 connector. */
  readonly graphUrl?: string;
  readonly secrets?: Readonly<Record<string, string>>;
  readonly dieAt: number;
};

export type Sent = { readonly subject: string; readonly state: string; readonly doubts: number };

const order = JSON.parse(process.argv[2] ?? '{}') as OutboxOrder;
const { ports, passed } = deadlyPorts(order);

const { graphUrl, configuration, secrets } = order;
let aheadMs = 0;
const now = () => new Date(ports.clock.now().getTime() + aheadMs);
const clock = { ...ports.clock, now };
const core = await createCore(
  { ...ports, clock },
  {
    loadConnector: async (type) =>
      type === 'office365' && graphUrl !== undefined
        ? (await import('../servers/graph/graph-connector.ts')).graphConnector(graphUrl)
        : await loadConnector(type),
  },
);
await core.call('configuration.import', { configuration, ...(secrets && { secrets }) });
if (order.launcherId !== undefined) {
  await core.call('runs.runToEnd', { id: order.launcherId, once: true });
}
// Twice: what is done is done.
for (let round = 0; round < 2; round += 1) {
  for (const { once, draft } of order.messages) await core.call('outbox.send', { ...draft, once });
  await core.call('outbox.flush', {});
  // What a mailbox does not show is believed a minute after the cut.
  aheadMs = 120_000;
}
const outbox = await core.call('outbox.list', { limit: 100 });
await core.stop();
process.stdout.write(JSON.stringify({ passed, outbox }));
