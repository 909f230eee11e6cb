// Connector instances as forms: how a message goes out.
import type {
  ConnectorConfig,
  ConnectorType,
  Office365Config,
  SmtpConfig,
} from '#contract/model/router';
import type { Field, Fields, FieldsFor } from '../field.ts';
import { serverFields } from '../groups/server-fields.ts';
import { fieldsOf, under } from '../make-field.ts';

const identity = fieldsOf('window.section.identity');
const server = fieldsOf('window.section.server');

export const connectorName: { readonly name: Field } = { name: identity.text('connector.name') };

const smtp = {
  ...under('server', serverFields('tlsSmtp', 'smtp.example.fr')),
  accountId: server.choice('accountId', 'account', { none: 'window.choice.noAccount' }),
  sender: server.text('connector.sender', {
    help: 'connector.sender',
    example: 'window.example.sender',
  }),
  maxConnections: server.number('connector.maxConnections'),
} satisfies FieldsFor<SmtpConfig, 'type'>;

const office365 = {
  accountId: server.choice('accountId', 'account'),
  mailbox: server.text('connector.mailbox', { help: 'connector.mailbox' }),
  keepCopy: server.toggle('connector.keepCopy', { help: 'connector.keepCopy', width: 'full' }),
} satisfies FieldsFor<Office365Config, 'type'>;

export const connectorForms: Readonly<Record<ConnectorType, Fields>> = { smtp, office365 };

export const leastConnector: Readonly<Record<ConnectorType, unknown>> = {
  smtp: { type: 'smtp', server: { host: '-', tls: 'starttls' } },
  office365: { type: 'office365', accountId: '-' },
} satisfies Record<ConnectorConfig['type'], unknown>;
