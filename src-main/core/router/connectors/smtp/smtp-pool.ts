// Signed-in connections kept for the next message. One carries at most a hundred, and is let go after some seconds
// without work: servers count connections, and end idle ones at the worst moment.
import { background } from '../../../background.ts';
import type { Clock, Logger } from '../../../ports.ts';
import type { SmtpSession } from './smtp-session.ts';

export interface SmtpPool {
  /** An idle session, or a new one. */
  take(signal: AbortSignal): Promise<Pooled>;
  /** Ends idle sessions; those at work end when they are given back. */
  close(): void;
}

export type Pooled = {
  readonly session: SmtpSession;
  /** It has carried a message before: its server may have left meanwhile. */
  readonly isUsed: boolean;
  /** `reusable`: nothing is left open on it. */
  readonly giveBack: (reusable: boolean) => void;
};

const MAX_MESSAGES = 100;
const IDLE_MS = 10_000;

type Idle = {
  readonly session: SmtpSession;
  readonly sent: number;
  readonly leave: AbortController;
};

export function createSmtpPool(options: {
  readonly open: (signal: AbortSignal) => Promise<SmtpSession>;
  readonly clock: Clock;
  readonly logger: Logger;
}): SmtpPool {
  let idle: readonly Idle[] = [];
  let generation = 0;

  const keep = (session: SmtpSession, sent: number): void => {
    const leave = new AbortController();
    const entry = { session, sent, leave };
    idle = [...idle, entry];
    const expire = async (): Promise<void> => {
      await options.clock.sleep(IDLE_MS, leave.signal);
      idle = idle.filter((one) => one !== entry);
      session.quit();
    };
    background(expire(), options.logger);
  };

  return {
    async take(signal) {
      let found: Idle | undefined;
      while (found === undefined && idle.length > 0) {
        const last = idle.at(-1);
        idle = idle.slice(0, -1);
        last?.leave.abort();
        if (last?.session.isOpen() === true) found = last;
      }
      const session = found?.session ?? (await options.open(signal));
      const sent = (found?.sent ?? 0) + 1;
      const born = generation;
      return {
        session,
        isUsed: found !== undefined,
        giveBack: (reusable) => {
          if (!reusable) session.destroy();
          else if (!session.isOpen()) return;
          else if (sent >= MAX_MESSAGES || born !== generation) session.quit();
          else keep(session, sent);
        },
      };
    },
    close() {
      generation += 1;
      for (const { session, leave } of idle) {
        leave.abort();
        session.quit();
      }
      idle = [];
    },
  };
}
