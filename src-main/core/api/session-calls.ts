// The check of a mail session, and the look at a server's certificates.
import { ConnectorId, LauncherId } from '#contract/ids';
import type { AccountId } from '#contract/ids';
import type { CheckReport } from '#contract/model/check';
import { Launcher } from '#contract/model/launcher';
import { Connector } from '#contract/model/router';
import { type IncomingSide, type OutgoingSide } from '#contract/model/session-check';
import type { CoreParts } from '../core-parts.ts';
import { inspectRun } from '../engine/inspect-run.ts';
import { ConfigError } from '../errors.ts';
import { spoolDirOf } from '../mail/opener/mail-desk.ts';
import { newId } from '../new-id.ts';
import { loadConnector } from '../router/connectors/registry.ts';
import { reportOf } from './inspect-source.ts';
import type { Handlers } from './handlers.ts';

type Names = 'accounts.check' | 'tls.inspect';

export function sessionCalls(parts: CoreParts): Handlers<Names> {
  const { store, ports } = parts;
  return {
    'accounts.check': async ({ id, incoming, outgoing }, signal) => {
      if (store.accounts.get(id) === undefined) {
        throw new ConfigError('account.missing', { id }, { field: 'id' });
      }
      const named = outgoing?.server.host ?? '';
      const host = named === '' ? (incoming?.server.host ?? '') : named;
      if (outgoing !== null && host === '') {
        throw new ConfigError('session.noHost', {}, { field: 'outgoing.server.host' });
      }
      const [into, out] = await Promise.all([
        incoming && checkIncoming(parts, id, incoming, signal),
        outgoing && checkOutgoing(parts, id, { ...outgoing.server, host }, signal),
      ]);
      return { ok: into?.ok !== false && out?.ok !== false, incoming: into, outgoing: out };
    },
    'tls.inspect': async (question, signal) => {
      // TLS is 6 MB of a process that otherwise may have no need of it.
      const { inspectTls } = await import('../net/inspect-tls.ts');
      const { createTlsAuthorities } = await import('../net/tls-trust.ts');
      const tools = { clock: ports.clock, authorities: createTlsAuthorities() };
      return inspectTls(tools, question, signal);
    },
  };
}

/** What a launcher on this mailbox would check. */
async function checkIncoming(
  parts: CoreParts,
  accountId: AccountId,
  { kind, server }: IncomingSide,
  signal: AbortSignal,
): Promise<CheckReport> {
  const at = parts.ports.clock.now().toISOString();
  const id = LauncherId.parse(newId());
  const launcher = Launcher.parse({
    ...{ id, description: server.host, paused: false, createdAt: at, changedAt: at },
    source: { protocol: kind, server, accountId },
  });
  const { source } = await inspectRun(parts, launcher, signal);
  try {
    return reportOf(await source.check(signal));
  } finally {
    parts.known.forget(id);
    await source.close();
  }
}

async function checkOutgoing(
  { ports, tokens }: CoreParts,
  accountId: AccountId,
  server: OutgoingSide['server'],
  signal: AbortSignal,
): Promise<CheckReport> {
  const at = ports.clock.now().toISOString();
  const connector = Connector.parse({
    ...{ id: ConnectorId.parse(newId()), name: server.host, createdAt: at, changedAt: at },
    config: { type: 'smtp', server, accountId },
  });
  const open = await loadConnector('smtp');
  const smtp = open({
    connector,
    credentials: tokens.credentials,
    spoolDir: spoolDirOf(ports.paths.dataDir),
    clock: ports.clock,
    logger: ports.logger.child('smtp'),
    checkpoint: ports.checkpoint,
  });
  try {
    const steps = await smtp.check(signal);
    // Under which address something would be sent is a matter of the connector, not of the session.
    return reportOf(steps.filter(({ step }) => step !== 'sender'));
  } finally {
    await smtp.close();
  }
}
