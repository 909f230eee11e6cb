// Open connectors, one per instance, made anew when its settings changed; and which of them are away for now.
import type { ConnectorId } from '#contract/ids';
import type { Connector as Instance } from '#contract/model/router';
import type { ErrorBody } from '#contract/error-codes';
import { background } from '../background.ts';
import type { AppError } from '../errors.ts';
import type { Connector, ConnectorContext } from './connectors/connector.ts';
import type { LoadConnector } from './connectors/registry.ts';

export interface ConnectorDesk {
  open(instance: Instance): Promise<Connector>;
  /** Null = it may be tried. */
  away(id: ConnectorId): Away | null;
  /** It failed in a way that is not about one message. */
  failed(id: ConnectorId, error: AppError): Away;
  worked(id: ConnectorId): void;
  /** Those that failed and have not worked since. */
  readonly troubles: () => ReadonlyMap<ConnectorId, ErrorBody>;
  /** Its settings or its account changed: it may be tried at once. */
  forgive(id?: ConnectorId): void;
  close(): Promise<void>;
}

export type Away = { readonly until: Date; readonly reason: ErrorBody };

export type DeskParts = Omit<ConnectorContext, 'connector'> & { readonly load: LoadConnector };

type Opened = { readonly settings: string; readonly connector: Promise<Connector> };
type Trouble = Away & { readonly count: number };

const FIRST_MS = 30_000;
const LONGEST_MS = 15 * 60_000;
/** Servers lock accounts after a few refused sign-ins. */
const SIGN_IN_MS = 15 * 60_000;

export function createConnectorDesk(parts: DeskParts): ConnectorDesk {
  const { load, ...context } = parts;
  const { clock, logger } = context;
  const opened = new Map<ConnectorId, Opened>();
  const troubles = new Map<ConnectorId, Trouble>();

  const make = async (instance: Instance): Promise<Connector> => {
    const open = await load(instance.config.type);
    return open({ ...context, connector: instance, logger: logger.child(instance.config.type) });
  };

  const end = (found: Opened): void => {
    background(
      found.connector.then((one) => one.close()),
      logger,
    );
  };

  return {
    open: (instance) => {
      const settings = JSON.stringify(instance.config);
      const found = opened.get(instance.id);
      if (found?.settings === settings) return found.connector;
      if (found !== undefined) end(found);
      const connector = make(instance);
      opened.set(instance.id, { settings, connector });
      return connector;
    },
    away: (id) => {
      const trouble = troubles.get(id);
      return trouble === undefined || trouble.until <= clock.now() ? null : trouble;
    },
    failed: (id, error) => {
      const now = clock.now();
      const before = troubles.get(id);
      // Several messages met the same trouble at the same time.
      if (before !== undefined && before.until > now) return before;
      const count = (before?.count ?? 0) + 1;
      const growing = Math.min(FIRST_MS * 2 ** (count - 1), LONGEST_MS);
      const wait = error.kind === 'auth' ? SIGN_IN_MS : growing;
      const asked = (error.retryAfterSeconds ?? 0) * 1000;
      const until = new Date(now.getTime() + Math.max(wait, asked));
      const reason = { kind: error.kind, code: error.code, params: error.params };
      const trouble = { until, reason, count };
      troubles.set(id, trouble);
      return trouble;
    },
    worked: (id) => {
      troubles.delete(id);
    },
    troubles: () => new Map([...troubles].map(([id, { reason }]) => [id, reason])),
    forgive: (id) => {
      if (id === undefined) troubles.clear();
      else troubles.delete(id);
    },
    close: async () => {
      const all = [...opened.values()];
      opened.clear();
      await Promise.allSettled(all.map(async (one) => (await one.connector).close()));
    },
  };
}
