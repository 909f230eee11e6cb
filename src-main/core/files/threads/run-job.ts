// One job of a disk thread, on whatever disk it is given: the very code that runs in the program's own thread where a
// volume is no business of the disk threads.
import { hash } from 'node:crypto';
import { TransientError } from '../../errors.ts';
import type { DiskCalls } from '../disk-calls.ts';
import { systemCode } from '../files-errors.ts';
import type { Digest } from '../read-blocks.ts';
import { takeFile, type TakeTools } from '../take-file.ts';
import { withNewFile } from '../temp-file.ts';
import { writeVerified } from '../verified-write.ts';
import type { ThreadJob } from './thread-jobs.ts';

/** Throws AppErrors, or the system's error of a rename or unlink unmapped. */
export async function runJob(
  job: ThreadJob,
  slab: SharedArrayBuffer,
  tools: TakeTools,
): Promise<Digest | null> {
  const { disk } = tools;
  switch (job.kind) {
    case 'take':
      return takeFile(job.file, job.tempPath, tools);
    case 'write': {
      // Into memory of its own: what is hashed is what is written, whatever becomes of the slab.
      const bytes = tools.document.subarray(0, job.sizeBytes);
      bytes.set(new Uint8Array(slab, job.offset, job.sizeBytes));
      await withNewFile(disk, job.tempPath, (fd) => writeVerified(disk, fd, bytes, tools.scratch));
      return { sizeBytes: job.sizeBytes, sha256: hash('sha256', bytes, 'hex') };
    }
    case 'rename':
      if (!job.mayReplace) await expectFree(disk, job.to);
      await disk.rename(job.from, job.to);
      return null;
    case 'unlink':
      await disk.unlink(job.path);
      return null;
  }
}

/** TransientError `name.taken` where something is there. */
export async function expectFree(disk: DiskCalls, path: string): Promise<void> {
  try {
    await disk.lstat(path);
  } catch (thrown) {
    if (systemCode(thrown) === 'ENOENT') return;
    throw thrown;
  }
  throw new TransientError('name.taken', { path });
}
