// An SMTP connector with the settings of a form, for tests.
import { onTestFinished } from 'vitest';
import { AccountId, ConnectorId } from '#contract/ids';
import { Connector } from '#contract/model/router';
import { createSystemClock } from '#core/clock';
import type { Credentials } from '#core/accounts/credentials';
import { openSmtpConnector } from '#core/router/connectors/smtp/smtp-connector';
import { memoryLogger } from '../../helpers/memory-logger.ts';

export const smtpInstance = (server: object, given: object = {}): Connector =>
  Connector.parse({
    id: 'smtp',
    name: 'Serveur de la mairie',
    config: {
      type: 'smtp',
      sender: 'Mairie <from@sender.test>',
      server: {
        host: 'localhost',
        tls: 'none',
        timeouts: { connectSeconds: 5, answerSeconds: 2 },
        ...server,
      },
      ...given,
    },
    createdAt: '2026-01-01T00:00:00.000Z',
    changedAt: '2026-01-01T00:00:00.000Z',
  });

export type SmtpOptions = {
  readonly server: object;
  readonly config?: object;
  readonly credentials?: Credentials;
};

export function makeSmtp({ server, config, credentials }: SmtpOptions) {
  const account = credentials === undefined ? {} : { accountId: AccountId.parse('account') };
  const logger = memoryLogger();
  const connector = openSmtpConnector({
    connector: smtpInstance(server, { ...account, ...config }),
    credentials: () =>
      credentials === undefined
        ? Promise.reject(new Error('no account'))
        : Promise.resolve(credentials),
    spoolDir: 'needed by none of what SMTP does',
    clock: createSystemClock(),
    logger,
    checkpoint: () => undefined,
  });
  onTestFinished(() => connector.close());
  return { connector, logger };
}

export const connectorId = ConnectorId.parse('smtp');
