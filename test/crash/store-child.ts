// Opens the database of a data folder, as every start does, copies it if it is told to, and kills itself at the checkpoint it
// was told. Prints the checkpoints it passed and what it found.
import { openStore } from '../../src-main/core/store/store.ts';
import { deadlyPorts } from './deadly-ports.ts';

export type StoreOrder = {
  readonly dataDir: string;
  readonly dieAt: number;
  readonly backsUp: boolean;
};

const order = JSON.parse(process.argv[2] ?? '{}') as StoreOrder;
const { ports, passed } = deadlyPorts(order);
const { clock, logger, checkpoint } = ports;
const store = openStore({ dataDir: order.dataDir, clock, logger, checkpoint });
if (order.backsUp) await store.backUp(new AbortController().signal);
const jobs = store.jobs.list().map(({ name }) => name);
await store.close();
process.stdout.write(JSON.stringify({ passed, jobs }));
