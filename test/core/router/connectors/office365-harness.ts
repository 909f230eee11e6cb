// An Office 365 connector on the Graph stand-in, and messages as the router composes them.
import { randomUUID } from 'node:crypto';
import { rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { onTestFinished } from 'vitest';
import { AccountId, ConnectorId } from '#contract/ids';
import { Connector as Instance, type Office365Config } from '#contract/model/router';
import { createSystemClock } from '#core/clock';
import { createTraffic } from '#core/graph/graph-traffic';
import { askHttp } from '#core/net/ask-http';
import type { Clock } from '#core/ports';
import type { ComposedMessage, Connector } from '#core/router/connectors/connector';
import { createOffice365Connector } from '#core/router/connectors/office365';
import { makeMail, type MailOptions } from '../../../helpers/make-mail.ts';
import { memoryLogger } from '../../../helpers/memory-logger.ts';
import type { Graph } from '../../../servers/graph/graph.ts';
import { ADDRESS } from '../../sources/o365/o365-harness.ts';

export type ConnectorOptions = Partial<Pick<Office365Config, 'mailbox' | 'keepCopy'>> & {
  readonly clock?: Clock;
};

export function office365Connector(graph: Graph, options: ConnectorOptions = {}): Connector {
  const { clock = createSystemClock(), ...config } = options;
  const spoolDir = join(tmpdir(), `cold-test-office365-${randomUUID()}`);
  onTestFinished(() => {
    rmSync(spoolDir, { recursive: true, force: true });
  });
  const open = createOffice365Connector({
    bases: graph.bases,
    traffic: createTraffic(),
    askHttp,
  });
  return open({
    connector: Instance.parse({
      id: ConnectorId.parse('connector'),
      name: 'Office 365',
      config: { type: 'office365', accountId: AccountId.parse('account'), ...config },
      createdAt: '2026-01-05T08:00:00.000Z',
      changedAt: '2026-01-05T08:00:00.000Z',
    }),
    credentials: () =>
      Promise.resolve({
        user: ADDRESS,
        method: 'token',
        secret: 'token',
        microsoft: { cloud: 'global', isApplication: false },
      }),
    spoolDir,
    clock,
    logger: memoryLogger(),
    checkpoint: () => undefined,
  });
}

export type MessageOptions = MailOptions & {
  readonly recipients?: readonly string[];
  readonly onCommit?: () => void;
};

export function composed(options: MessageOptions = {}): ComposedMessage {
  const { recipients = ['jean@example.org'], onCommit = () => undefined, ...mail } = options;
  const messageId = options.messageId ?? '<un@mairie.example>';
  const subject = options.subject ?? 'Facture';
  const from = `Mairie <${ADDRESS}>`;
  const mime = makeMail({ to: 'Jean <jean@example.org>', subject, ...mail, from, messageId });
  return {
    messageId,
    subject,
    from,
    envelope: { sender: ADDRESS, recipients },
    estimatedBytes: mime.length,
    open: () => Readable.from(chunks(mime), { objectMode: false }),
    needsUtf8: false,
    committing: () => {
      onCommit();
      return Promise.resolve();
    },
  };
}

function* chunks(bytes: Buffer): Generator<Buffer> {
  for (let at = 0; at < bytes.length; at += 65_000) yield bytes.subarray(at, at + 65_000);
}
