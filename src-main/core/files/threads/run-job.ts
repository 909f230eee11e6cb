// One job of a disk thread, on whatever disk it is given: the very code that runs in the program's own thread where a
// volume is no business of the disk threads.
import { hash } from 'node:crypto';
import { TransientError } from '../../errors.ts';
import type { DiskCalls } from '../disk-calls.ts';
import type { Digest } from '../read-blocks.ts';
import { isSameFound } from '../seen-file.ts';
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
      // Looked at in the same moment: what somebody has put in its place since is another document.
      if (!isSameFound(await disk.lstat(job.file.path), job.file)) {
        throw new TransientError('file.changed', { path: job.file.path });
      }
      await disk.unlink(job.file.path);
      return null;
  }
}

/** TransientError `name.taken` where something is there. */
export async function expectFree(disk: DiskCalls, path: string): Promise<void> {
  if (await disk.isThere(path)) throw new TransientError('name.taken', { path });
}
