// All connector types, each loaded when one of its instances is first needed.
import type { ConnectorType } from '#contract/model/router';
import { assertNever } from '../../errors.ts';
import type { Connector, ConnectorContext } from './connector.ts';

/** No side effect: a connector connects when it is first asked for something. */
export type OpenConnector = (context: ConnectorContext) => Connector;

export type LoadConnector = (type: ConnectorType) => Promise<OpenConnector>;

export const loadConnector: LoadConnector = async (type) => {
  switch (type) {
    case 'smtp':
      return (await import('./smtp/smtp-connector.ts')).openSmtpConnector;
    case 'office365':
      return (await import('./office365.ts')).openOffice365Connector;
    default:
      return assertNever(type);
  }
};
