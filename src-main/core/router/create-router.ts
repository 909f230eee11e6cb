// Puts the router together: services, connectors, outbox.
import type { OpenCredentials } from '../accounts/credentials.ts';
import { background } from '../background.ts';
import type { Emitter } from '../emitter.ts';
import { spoolDirOf } from '../mail/opener/mail-desk.ts';
import type { Ports } from '../ports.ts';
import type { Store } from '../store/store.ts';
import { createConnectorDesk, type ConnectorDesk } from './connector-desk.ts';
import { loadConnector, type LoadConnector } from './connectors/registry.ts';
import { createForwarding, type Forwarding } from './forward.ts';
import { createAttachmentStore, type AttachmentStore } from './outbox/attachment-store.ts';
import { createOutbox, type Outbox } from './outbox/outbox.ts';
import { createTakeIn, type TakeIn } from './outbox/take-in.ts';

export type Router = {
  readonly outbox: Outbox;
  readonly takeIn: TakeIn;
  readonly desk: ConnectorDesk;
  readonly files: AttachmentStore;
  readonly forwarding: Forwarding;
  /** What was under way when the program was cut. Before anything else is asked. */
  readonly recover: () => void;
  readonly start: () => void;
  readonly stop: () => Promise<void>;
};

export type RouterParts = {
  readonly ports: Ports;
  readonly store: Store;
  readonly emitter: Emitter;
  readonly credentials: OpenCredentials;
  readonly loadConnector?: LoadConnector | undefined;
};

/** Once-keys of messages sent longer ago are forgotten with them. */
const KEEP_DAYS = 90;
const TIDY_MS = 60_000;
const DAY_MS = 24 * 3_600_000;

export function createRouter(parts: RouterParts): Router {
  const { ports, store, emitter, credentials } = parts;
  const { clock, checkpoint } = ports;
  const logger = ports.logger.child('router');
  const files = createAttachmentStore(ports.paths.dataDir, store.outbox.blobs);
  const load = parts.loadConnector ?? loadConnector;
  const spoolDir = spoolDirOf(ports.paths.dataDir);
  const desk = createConnectorDesk({ load, credentials, spoolDir, clock, logger, checkpoint });
  const outbox = createOutbox({ store, files, desk, clock, logger, emitter, checkpoint });
  const takeIn = createTakeIn({ store, files, clock, checkpoint });
  const forwarding = createForwarding({ store, files, clock, outbox, checkpoint });
  const unsubscribe = emitter.on((name) => {
    // A new password or server is what waiting messages were waiting for.
    if (name === 'configuration.changed' || name === 'signIn.changed') outbox.forgive();
  });

  const stopping = new AbortController();
  const tidy = async (): Promise<void> => {
    const now = clock.now();
    store.outbox.blobs.sweep();
    store.outbox.prune(new Date(now.getTime() - KEEP_DAYS * DAY_MS).toISOString());
    await files.sweep(store.outbox.files(), now);
  };
  /** A start is not the time to look through everything. */
  const tidyDaily = async (): Promise<void> => {
    for (let waitMs = TIDY_MS; ; waitMs = DAY_MS) {
      await clock.sleep(waitMs, stopping.signal);
      // What could not be tidied today can be tomorrow.
      background(tidy(), logger);
    }
  };

  return {
    outbox,
    takeIn,
    desk,
    files,
    forwarding,
    recover: () => {
      outbox.recover();
      forwarding.release();
    },
    start: () => {
      outbox.start();
      background(tidyDaily(), logger);
    },
    stop: async () => {
      unsubscribe();
      stopping.abort();
      await outbox.stop();
    },
  };
}
