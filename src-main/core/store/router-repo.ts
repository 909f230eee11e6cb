// Service and connector instances, and each service type's default connector.
import { z } from 'zod';
import { ConnectorId, type ServiceId } from '#contract/ids';
import {
  Connector,
  ConnectorDraft,
  Service,
  ServiceDraft,
  type ServiceType,
} from '#contract/model/router';
import { readJson } from './json-column.ts';
import type { Db } from './open-database.ts';

const Row = z.object({
  id: z.string(),
  config: z.string(),
  created_at: z.string(),
  changed_at: z.string(),
});

const DefaultConnector = ConnectorId.nullable();
const ConnectorColumn = ConnectorDraft.omit({ id: true });
const ServiceColumn = ServiceDraft.omit({ id: true });

export type RouterRepo = ReturnType<typeof createRouterRepo>;

export function createRouterRepo(db: Db) {
  const connectors = db.prepare('SELECT * FROM connector ORDER BY created_at, rowid');
  const connector = db.prepare('SELECT * FROM connector WHERE id = ?');
  const saveConnector = db.prepare(
    `INSERT INTO connector (id, config, created_at, changed_at) VALUES (@id, @config, @at, @at)
     ON CONFLICT (id) DO UPDATE SET config = @config, changed_at = @at`,
  );
  const dropConnector = db.prepare('DELETE FROM connector WHERE id = ?');
  const services = db.prepare('SELECT * FROM service ORDER BY created_at, rowid');
  const service = db.prepare('SELECT * FROM service WHERE id = ?');
  const saveService = db.prepare(
    `INSERT INTO service (id, config, connector_id, created_at, changed_at)
     VALUES (@id, @config, @connectorId, @at, @at)
     ON CONFLICT (id) DO UPDATE SET config = @config, connector_id = @connectorId, changed_at = @at`,
  );
  const dropService = db.prepare('DELETE FROM service WHERE id = ?');
  const defaultOf = db
    .prepare('SELECT default_connector_id FROM service_type WHERE type = ?')
    .pluck();
  const setDefault = db.prepare(
    `INSERT INTO service_type (type, default_connector_id) VALUES (?, ?)
     ON CONFLICT (type) DO UPDATE SET default_connector_id = excluded.default_connector_id`,
  );

  const toConnector = parsedOnce(parseConnector);
  const toService = parsedOnce(parseService);

  return {
    connectors: (): Connector[] => connectors.all().map(toConnector),
    connector: (id: ConnectorId): Connector | undefined => {
      const row = connector.get(id);
      return row === undefined ? undefined : toConnector(row);
    },
    saveConnector: (id: ConnectorId, draft: z.output<typeof ConnectorDraft>, at: string): void => {
      const { id: _id, ...config } = draft;
      saveConnector.run({ id, config: JSON.stringify(config), at });
    },
    deleteConnector: (id: ConnectorId): void => {
      dropConnector.run(id);
    },
    services: (): Service[] => services.all().map(toService),
    service: (id: ServiceId): Service | undefined => {
      const row = service.get(id);
      return row === undefined ? undefined : toService(row);
    },
    saveService: (id: ServiceId, draft: z.output<typeof ServiceDraft>, at: string): void => {
      const { id: _id, ...config } = draft;
      const { connectorId } = draft;
      saveService.run({ id, config: JSON.stringify(config), connectorId, at });
    },
    deleteService: (id: ServiceId): void => {
      dropService.run(id);
    },
    defaultConnector: (type: ServiceType): ConnectorId | null =>
      DefaultConnector.parse(defaultOf.get(type) ?? null),
    setDefaultConnector: (type: ServiceType, id: ConnectorId | null): void => {
      setDefault.run(type, id);
    },
  };
}

/** Asked for with every message that is sent: a row is parsed again only where it has changed. */
function parsedOnce<T>(parse: (row: z.output<typeof Row>) => T): (row: unknown) => T {
  const known = new Map<string, { readonly text: string; readonly value: T }>();
  return (given) => {
    const row = Row.parse(given);
    const text = `${row.changed_at} ${row.config}`;
    const found = known.get(row.id);
    if (found?.text === text) return found.value;
    const value = parse(row);
    known.set(row.id, { text, value });
    return value;
  };
}

function parseConnector({ id, config, created_at, changed_at }: z.output<typeof Row>): Connector {
  const draft = readJson(ConnectorColumn, config, `connector ${id}`);
  return Connector.parse({ ...draft, id, createdAt: created_at, changedAt: changed_at });
}

function parseService({ id, config, created_at, changed_at }: z.output<typeof Row>): Service {
  const draft = readJson(ServiceColumn, config, `service ${id}`);
  return Service.parse({ ...draft, id, createdAt: created_at, changedAt: changed_at });
}
