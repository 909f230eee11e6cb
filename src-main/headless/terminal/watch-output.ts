// What became of stdout: a reader that went away has seen enough; a disk that is full has not taken the result.
import { TransientError } from '../../core/errors.ts';
import { fileFault } from '../file-fault.ts';
import type { Streams } from './process-terminal.ts';

/** `lanceur status | head -1`; Windows says it in either way. */
const READER_GONE: ReadonlySet<string> = new Set(['EPIPE', 'EOF']);

/** `settle` waits until all that was written has left. Rejects with TransientError `output.notWritten` {reason}. */
export function watchOutput({ stdout }: Pick<Streams, 'stdout'>): { settle: () => Promise<void> } {
  const faults: unknown[] = [];
  stdout.on('error', (thrown) => faults.push(thrown));
  return {
    settle: async () => {
      await new Promise<void>((resolve) => {
        stdout.write('', () => {
          resolve();
        });
      });
      // The first: those after it only say that the stream is closed.
      const [fault] = faults;
      if (fault === undefined || READER_GONE.has(fileFault(fault))) return;
      throw new TransientError('output.notWritten', { reason: fileFault(fault) }, { cause: fault });
    },
  };
}
