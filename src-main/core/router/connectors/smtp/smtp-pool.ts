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
  /** Monotonic. */
  readonly untilMs: number;
};

export function createSmtpPool(options: {
  readonly open: (signal: AbortSignal) => Promise<SmtpSession>;
  readonly clock: Clock;
  readonly logger: Logger;
}): SmtpPool {
  const { clock, logger } = options;
  let idle: readonly Idle[] = [];
  let generation = 0;
  let sweeping: AbortController | undefined;

  /** One for all: a timer for each message, mostly to be stopped, would cost more than the rest of this. */
  const sweep = async (signal: AbortSignal): Promise<void> => {
    while (idle.length > 0) {
      const next = Math.min(...idle.map((one) => one.untilMs));
      await clock.sleep(Math.max(0, next - clock.monotonicMs()), signal);
      const nowMs = clock.monotonicMs();
      const over = idle.filter((one) => one.untilMs <= nowMs);
      idle = idle.filter((one) => one.untilMs > nowMs);
      for (const { session } of over) session.quit();
    }
    // At once: a connection that comes back in the next moment needs another.
    sweeping = undefined;
  };

  const keep = (session: SmtpSession, sent: number): void => {
    idle = [...idle, { session, sent, untilMs: clock.monotonicMs() + IDLE_MS }];
    if (sweeping !== undefined) return;
    const own = new AbortController();
    sweeping = own;
    background(sweep(own.signal), logger);
  };

  return {
    async take(signal) {
      let found: Idle | undefined;
      while (found === undefined && idle.length > 0) {
        const last = idle.at(-1);
        idle = idle.slice(0, -1);
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
      sweeping?.abort();
      sweeping = undefined;
      for (const { session } of idle) session.quit();
      idle = [];
    },
  };
}
