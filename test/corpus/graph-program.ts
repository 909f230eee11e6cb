// The program over an Office 365 mailbox of the Graph stand-in, for the corpus: configured, and run once.
import { createCore } from '../../src-main/core/create-core.ts';
import { sourcesWithGraph } from '../servers/graph/graph-source-type.ts';
import { quietPorts } from '../helpers/quiet-ports.ts';

type Order = {
  readonly dataDir: string;
  readonly configuration: object;
  readonly launcherId: string;
  readonly graphUrl: string;
};

const { dataDir, configuration, launcherId, graphUrl } = JSON.parse(
  process.argv[2] ?? '{}',
) as Order;
const core = await createCore(quietPorts(dataDir), { loadSourceType: sourcesWithGraph(graphUrl) });
await core.call('configuration.import', { configuration, secrets: { acc: 'secret' } });
await core.call('runs.runToEnd', { id: launcherId, once: true });
await core.stop();
