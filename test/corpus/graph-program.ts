// The program over an Office 365 mailbox of the Graph stand-in, for the corpus: configured, and run once.
import { createCore } from '../../src-main/core/create-core.ts';
import { createSystemClock } from '../../src-main/core/clock.ts';
import { loadSourceType } from '../../src-main/core/sources/registry.ts';
import { plainSecretBox } from '../crash/plain-secret-box.ts';
import { memoryLogger } from '../helpers/memory-logger.ts';
import { graphSourceType } from '../servers/graph/graph-source-type.ts';

type Order = {
  readonly dataDir: string;
  readonly configuration: object;
  readonly launcherId: string;
  readonly graphUrl: string;
};

const { dataDir, configuration, launcherId, graphUrl } = JSON.parse(
  process.argv[2] ?? '{}',
) as Order;
const core = await createCore(
  {
    clock: createSystemClock(),
    logger: memoryLogger(),
    secretBox: plainSecretBox(),
    paths: { dataDir, logDir: dataDir },
    notifier: { notify: () => undefined },
    openUrl: { open: () => Promise.resolve() },
    checkpoint: () => undefined,
  },
  {
    loadSourceType: (protocol) =>
      protocol === 'o365' ? Promise.resolve(graphSourceType(graphUrl)) : loadSourceType(protocol),
  },
);
await core.call('configuration.import', { configuration, secrets: { acc: 'secret' } });
await core.call('runs.runToEnd', { id: launcherId, once: true });
await core.stop();
