// What the check of an SMTP connector warns of: passwords that Microsoft is ending, passwords that can be read on the way.
import { describe, expect, it, onTestFinished } from 'vitest';
import { AccountId } from '#contract/ids';
import { createSystemClock } from '#core/clock';
import type { Credentials } from '#core/accounts/credentials';
import { createTlsAuthorities } from '#core/net/tls-trust';
import { checkSmtp } from '#core/router/connectors/smtp/smtp-check';
import { openSession } from '#core/router/connectors/smtp/smtp-session';
import { memoryLogger } from '../../helpers/memory-logger.ts';
import { startFaultySmtp } from '../../servers/faulty-smtp.ts';
import { smtpInstance } from './make-smtp.ts';

const PASSWORD = { user: 'clerk@mairie.example', method: 'password', secret: 'right' } as const;
const TOKEN = { user: 'clerk@mairie.example', method: 'token', secret: 'right' } as const;

/** A real sign-in at a server of ours, with the form saying that it is `host`. */
async function warningsFor(host: string, credentials: Credentials): Promise<unknown[]> {
  const server = await startFaultySmtp({
    disabledCommands: ['STARTTLS'],
    allowInsecureAuth: true,
    authMethods: ['PLAIN', 'XOAUTH2'],
  });
  onTestFinished(server.stop);
  const connector = smtpInstance({ host }, { accountId: AccountId.parse('account') });
  const { config } = connector;
  if (config.type !== 'smtp') throw new Error(config.type);
  const dialled = { ...config, server: { ...config.server, host: '127.0.0.1', port: server.port } };
  const steps = await checkSmtp({
    config,
    context: {
      connector,
      credentials: () => Promise.resolve(credentials),
      spoolDir: 'needed by none of what SMTP does',
      clock: createSystemClock(),
      logger: memoryLogger(),
      checkpoint: () => undefined,
    },
    open: (signal, onStage) =>
      openSession({
        ...{ config: dialled, credentials, authorities: createTlsAuthorities(), signal, onStage },
      }),
    signal: new AbortController().signal,
  });
  expect(steps.filter((one) => !one.ok)).toEqual([]);
  return steps.flatMap(({ step, warning, params }) =>
    warning === null ? [] : { step, warning, host: params['host'] },
  );
}

describe('the check of an SMTP connector', () => {
  it.each(['smtp.office365.com', 'SMTP.Office365.com', 'smtp-mail.outlook.com'])(
    'warns that Microsoft is ending passwords at %s',
    async (host) => {
      expect(await warningsFor(host, PASSWORD)).toEqual([
        { step: 'signIn', warning: 'smtp.passwordEnding', host },
      ]);
    },
  );

  it('has nothing to say of a token there', async () => {
    expect(await warningsFor('smtp.office365.com', TOKEN)).toEqual([]);
  });

  it('does not take another for Microsoft', async () => {
    const [warning] = await warningsFor('smtp.office365.com.example.org', PASSWORD);

    expect(warning).toMatchObject({ warning: 'smtp.clearPassword' });
  });
});
