// The outbox: takes messages in, sends them side by side through their connectors, and lets nobody wait behind a
// connector that is away. Which attempt means what is `after-attempt.ts`; what is on the disk when, `delivery.ts`.
import type { ConnectorId, OutboxId, ServiceId } from '#contract/ids';
import type { OutboxCounts, OutboxMessage } from '#contract/model/outbox';
import { background } from '../../background.ts';
import type { Emitter } from '../../emitter.ts';
import {
  type AppError,
  CancelledError,
  ConfigError,
  toAppError,
  toErrorBody,
} from '../../errors.ts';
import type { Checkpoint, Clock, Logger } from '../../ports.ts';
import type { OutboxEntry } from '../../store/outbox-rows.ts';
import type { Store } from '../../store/store.ts';
import { chooseConnector, type Chosen } from '../choose-connector.ts';
import type { ConnectorDesk } from '../connector-desk.ts';
import type { AttachmentStore } from './attachment-store.ts';
import { deliver, namedBody } from './delivery.ts';
import { createTeller } from './teller.ts';

export interface Outbox {
  /** Somebody stored a message, or let one go: look. */
  poke(): void;
  /** One message now, whatever it waits for; resolves when its attempt is over. */
  attempt(id: OutboxId, signal: AbortSignal): Promise<OutboxMessage>;
  /** Until nothing is due and nothing is on its way. */
  flush(signal: AbortSignal): Promise<OutboxCounts>;
  /** Throws ConfigError `outbox.missing`, `outbox.notOpen`. */
  retry(id: OutboxId): OutboxMessage;
  /** Stops what is not committed. Throws ConfigError `outbox.missing`, `outbox.notOpen`, `outbox.onItsWay`. */
  cancel(id: OutboxId): Promise<OutboxMessage>;
  /** The connector's or its account's settings changed: what waits for it is due. */
  forgive(id?: ConnectorId): void;
  /** From now on it works by itself. */
  start(): void;
  /** Ends what is under way safely; what was not committed is sent after the next start. */
  stop(): Promise<void>;
}

export type OutboxParts = {
  readonly store: Pick<Store, 'outbox' | 'router' | 'journal'>;
  readonly files: AttachmentStore;
  readonly desk: ConnectorDesk;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly emitter: Emitter;
  readonly checkpoint: Checkpoint;
};

type Job = { readonly controller: AbortController; readonly ended: Promise<void> };

/** Clocks may be set while somebody sleeps. */
const LONGEST_SLEEP_MS = 60_000;
/** How long a service without a usable connector is left alone. */
const UNUSABLE_MS = 15 * 60_000;

export function createOutbox(parts: OutboxParts): Outbox {
  const { store, desk, clock, logger, emitter } = parts;
  const { outbox, router } = store;
  const jobs = new Map<OutboxId, Job>();
  const busy = new Map<ConnectorId, number>();
  const stopped = new AbortController();
  let isRunning = false;
  let nap = new AbortController();
  const tell = createTeller(emitter, clock, { logger, signal: stopped.signal });

  const launch = (entry: OutboxEntry, chosen: Chosen): Job => {
    const { id } = entry.message;
    const connectorId = chosen.connector.id;
    const controller = new AbortController();
    const signal = AbortSignal.any([controller.signal, stopped.signal]);
    busy.set(connectorId, (busy.get(connectorId) ?? 0) + 1);
    const work = async (): Promise<void> => {
      try {
        await deliver({ ...parts, outbox }, entry, { chosen, signal });
      } catch (thrown) {
        putOff(entry, chosen, toAppError(thrown));
      } finally {
        jobs.delete(id);
        busy.set(connectorId, (busy.get(connectorId) ?? 1) - 1);
        conclude(id);
        // The last one puts all of them on the disk.
        if (jobs.size === 0) outbox.flush();
        nap.abort();
      }
    };
    const job = { controller, ended: work() };
    jobs.set(id, job);
    return job;
  };

  /** It failed before it was begun: credentials, the connector's settings, a question that found no answer. */
  const putOff = (entry: OutboxEntry, chosen: Chosen, error: AppError): void => {
    if (error instanceof CancelledError) return;
    if (error.kind === 'unexpected') {
      logger.log('error', error.code, { message: error.message, id: entry.message.id });
    }
    const now = clock.now().toISOString();
    const { until } = desk.failed(chosen.connector.id, error);
    const before = outbox.get(entry.message.id);
    if (before === undefined || before.message.state === 'sending') return;
    outbox.postpone(
      serviceKey(entry.message.serviceId),
      now,
      until.toISOString(),
      namedBody(error, chosen),
    );
  };

  const conclude = (id: OutboxId): void => {
    tell();
    const message = outbox.get(id)?.message;
    if (message === undefined) return;
    const { state, reason, attempts } = message;
    const level = state === 'failed' ? 'error' : state === 'sent' ? 'info' : 'warn';
    logger.log(level, `outbox.${state}`, { id, attempts, code: reason?.code });
    if (state !== 'failed' && state !== 'unknown') return;
    const params = { ...reason?.params, id, subject: message.subject, last: reason?.code ?? '' };
    store.journal.add({
      at: clock.now().toISOString(),
      level: 'error',
      code: `outbox.${state}`,
      params,
    });
  };

  /** Launches what is due and may be; false = there was nothing to launch. */
  const pump = (): boolean => {
    let launched = false;
    for (const serviceId of [null, ...router.services().map((one) => one.id)]) {
      launched = pumpService(serviceId) || launched;
    }
    return launched;
  };

  const pumpService = (serviceId: ServiceId | null): boolean => {
    const key = serviceKey(serviceId);
    const now = clock.now();
    const nowText = now.toISOString();
    if (outbox.due(key, nowText, 1).length === 0) return false;
    let chosen: Chosen;
    try {
      chosen = chooseConnector(router, 'mail', serviceId);
    } catch (thrown) {
      const until = new Date(now.getTime() + UNUSABLE_MS).toISOString();
      outbox.postpone(key, nowText, until, toErrorBody(thrown));
      return false;
    }
    const away = desk.away(chosen.connector.id);
    if (away !== null) {
      outbox.postpone(key, nowText, away.until.toISOString(), away.reason);
      return false;
    }
    const limit = concurrencyOf(chosen) - (busy.get(chosen.connector.id) ?? 0);
    if (limit <= 0) return false;
    const entries = outbox
      .due(key, nowText, limit + jobs.size)
      .filter(({ message }) => !jobs.has(message.id));
    for (const entry of entries.slice(0, limit)) launch(entry, chosen);
    return entries.length > 0;
  };

  const loop = async (): Promise<void> => {
    while (isRunning && !stopped.signal.aborted) {
      nap = new AbortController();
      if (!pump()) await rest();
    }
  };

  const rest = async (): Promise<void> => {
    const keys = [null, ...router.services().map((one) => one.id)].map(serviceKey);
    const next = keys.flatMap((key) => outbox.nextDue(key) ?? []).sort()[0];
    const until = next === undefined ? LONGEST_SLEEP_MS : Date.parse(next) - clock.now().getTime();
    // What is due but has no place yet is woken by the end of another.
    const ms = until <= 0 ? LONGEST_SLEEP_MS : Math.min(until, LONGEST_SLEEP_MS);
    await clock.sleep(ms, AbortSignal.any([nap.signal, stopped.signal])).catch(() => undefined);
  };

  const find = (id: OutboxId): OutboxEntry => {
    const entry = outbox.get(id);
    if (entry === undefined) throw new ConfigError('outbox.missing', { id });
    return entry;
  };

  const reopen = (id: OutboxId): OutboxMessage => {
    const { message } = find(id);
    if (message.state === 'sent' || message.state === 'sending') {
      throw new ConfigError('outbox.notOpen', { id, state: `outboxState.${message.state}` });
    }
    const at = clock.now().toISOString();
    const recipients = message.recipients.map((one) =>
      one.state === 'refused' ? { ...one, state: 'pending' as const } : one,
    );
    const { doubts, response } = message;
    outbox.settle(id, {
      at,
      state: 'queued',
      recipients,
      nextTryAt: at,
      doubts,
      wasCut: false,
      reason: null,
      response,
    });
    if (message.connectorId !== null) desk.forgive(message.connectorId);
    tell();
    nap.abort();
    return find(id).message;
  };

  return {
    poke: () => {
      tell();
      nap.abort();
    },
    async attempt(id, signal) {
      const entry = find(id);
      const chosen = chooseConnector(router, 'mail', entry.message.serviceId);
      const job =
        jobs.get(id) ?? (entry.message.nextTryAt === null ? undefined : launch(entry, chosen));
      const cut = (): void => job?.controller.abort();
      signal.addEventListener('abort', cut, { once: true });
      await job?.ended;
      signal.removeEventListener('abort', cut);
      return find(id).message;
    },
    async flush(signal) {
      while (!signal.aborted && !stopped.signal.aborted) {
        const launched = pump();
        if (jobs.size > 0) await Promise.race([...jobs.values()].map((one) => one.ended));
        else if (!launched) break;
      }
      return outbox.counts();
    },
    retry: reopen,
    async cancel(id) {
      const job = jobs.get(id);
      job?.controller.abort();
      await job?.ended;
      const { message, isCommitted } = find(id);
      if (message.state === 'sent' || message.state === 'cancelled') {
        throw new ConfigError('outbox.notOpen', { id, state: `outboxState.${message.state}` });
      }
      if (message.state === 'sending')
        throw new ConfigError('outbox.onItsWay', { id, committed: isCommitted });
      const at = clock.now().toISOString();
      const { recipients, doubts, reason, response } = message;
      outbox.settle(id, {
        at,
        state: 'cancelled',
        recipients,
        nextTryAt: null,
        doubts,
        wasCut: false,
        reason,
        response,
      });
      tell();
      return find(id).message;
    },
    forgive: (id) => {
      desk.forgive(id);
      const at = clock.now().toISOString();
      for (const key of [null, ...router.services().map((one) => one.id)].map(serviceKey)) {
        outbox.hasten(key, at);
      }
      nap.abort();
    },
    start: () => {
      if (isRunning) return;
      isRunning = true;
      background(loop(), logger);
    },
    stop: async () => {
      stopped.abort();
      await Promise.allSettled([...jobs.values()].map((one) => one.ended));
      await desk.close();
    },
  };
}

export const serviceKey = (id: ServiceId | null): string => id ?? '';

/** As the configuration says; the connector itself is opened when a message is there for it. */
function concurrencyOf({ connector }: Chosen): number {
  return connector.config.type === 'smtp' ? connector.config.maxConnections : 2;
}
