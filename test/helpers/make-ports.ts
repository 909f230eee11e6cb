// Everything the core asks of its surroundings, made of fakes that remember what was done with them.
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Checkpoint, Clock, LogFields, Ports } from '#core/ports';
import { fakeClock, type FakeClock } from './fake-clock.ts';
import { memoryLogger, type MemoryLogger } from './memory-logger.ts';
import { memorySecretBox, type MemorySecretBox } from './memory-secret-box.ts';

export type TestPorts<C extends Clock = FakeClock> = Ports & {
  readonly clock: C;
  readonly logger: MemoryLogger;
  readonly secretBox: MemorySecretBox;
  readonly notices: readonly { readonly code: string; readonly params: LogFields }[];
  readonly openedUrls: readonly string[];
  /** Every checkpoint passed so far, in order. */
  readonly steps: readonly string[];
};

type Options<C extends Clock> = {
  /** Made if missing; the logs lie in `logs` inside. */
  readonly dataDir: string;
  readonly clock?: C;
  /** Called after the step was noted; may throw. */
  readonly checkpoint?: Checkpoint;
  /** The box of an earlier start, to open what it sealed. */
  readonly secretBox?: MemorySecretBox;
};

export function makePorts(options: Options<FakeClock>): TestPorts;
export function makePorts<C extends Clock>(options: Options<C> & { clock: C }): TestPorts<C>;
export function makePorts(options: Options<Clock>): TestPorts<Clock> {
  const paths = { dataDir: options.dataDir, logDir: join(options.dataDir, 'logs') };
  mkdirSync(paths.logDir, { recursive: true });
  const notices: { code: string; params: LogFields }[] = [];
  const openedUrls: string[] = [];
  const steps: string[] = [];
  return {
    clock: options.clock ?? fakeClock(),
    logger: memoryLogger(),
    secretBox: options.secretBox ?? memorySecretBox(),
    paths,
    notifier: { notify: (code, params) => void notices.push({ code, params }) },
    openUrl: {
      open: (url) => {
        openedUrls.push(url);
        return Promise.resolve();
      },
    },
    checkpoint: (step) => {
      steps.push(step);
      options.checkpoint?.(step);
    },
    notices,
    openedUrls,
    steps,
  };
}
