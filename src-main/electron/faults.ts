// What nobody caught is a fault of ours: it is written down and told, and the launchers work on. Left to Electron, it would hold
// the whole program behind a box until somebody clicks it away.
import type { Logger } from '../core/ports.ts';

/** The program's process, as far as it tells of such things. */
export type FaultyProgram = {
  readonly on: (
    event: 'uncaughtException' | 'unhandledRejection',
    hear: (thrown: unknown) => void,
  ) => unknown;
};

export function heedFaults(parts: {
  readonly program: FaultyProgram;
  readonly logger: Logger;
  readonly tell: (message: string) => void;
}): void {
  const hear = (thrown: unknown): void => {
    const isError = thrown instanceof Error;
    const message = isError ? thrown.message : String(thrown);
    parts.logger.log('error', 'program.fault', { message, stack: isError ? thrown.stack : null });
    parts.tell(message);
  };
  parts.program.on('uncaughtException', hear);
  parts.program.on('unhandledRejection', hear);
}
