// The disk thread: works off batches of jobs with synchronous calls; while one waits for its flush, others go on.
// Started by disk-threads.
import { parentPort } from 'node:worker_threads';
import { createLanes } from '../lanes.ts';
import { runJob } from './run-job.ts';
import { syncDisk } from './sync-disk.ts';
import {
  SMALL_BYTES,
  type ThreadAnswer,
  type ThreadBatch,
  type ThreadReply,
  toFault,
} from './thread-jobs.ts';

const SCRATCH_BYTES = 64 * 1024;

const shared = {
  disk: syncDisk,
  documentMode: 0o666 & ~process.umask(),
  cloneRefused: new Set<string>(),
  linkRefused: new Set<string>(),
  // What has begun is ended: each job takes a moment, and whoever gave it up removes what it made.
  signal: new AbortController().signal,
};

/** Flushes at once: more made them slower (ext4, measured). */
const WIDTH = 8;
const lanes = createLanes(WIDTH, () => ({
  ...shared,
  document: Buffer.allocUnsafeSlow(SMALL_BYTES),
  scratch: Buffer.allocUnsafeSlow(SCRATCH_BYTES),
}));

parentPort?.on('message', (batch: ThreadBatch) => {
  void answer(batch);
});

/** Never rejects. */
async function answer({ id, jobs, slab }: ThreadBatch): Promise<void> {
  const answers = await Promise.all(
    jobs.map((job) => lanes.run((tools) => outcome(runJob(job, slab, tools)))),
  );
  const reply: ThreadReply = { id, answers };
  parentPort?.postMessage(reply);
}

async function outcome(work: ReturnType<typeof runJob>): Promise<ThreadAnswer> {
  try {
    return { ok: true, digest: await work };
  } catch (thrown) {
    return { ok: false, fault: toFault(thrown) };
  }
}
