// The whole core with an SMTP connector, a service instance of it, and a server that can misbehave.
import { onTestFinished } from 'vitest';
import type { CallInput } from '#contract/calls';
import { fakeClock } from '../../helpers/fake-clock.ts';
import { makeCore } from '../../helpers/make-core.ts';
import { tempDir } from '../../helpers/temp-dir.ts';
import { type FaultySmtp, startFaultySmtp } from '../../servers/faulty-smtp.ts';

export type RouterOptions = {
  readonly server?: Parameters<typeof startFaultySmtp>[0];
  readonly service?: Partial<CallInput<'services.save'>>;
  readonly smtp?: object;
  readonly isReal?: boolean;
};

export async function makeRouter(options: RouterOptions = {}) {
  const server = await startFaultySmtp({
    disabledCommands: ['STARTTLS', 'AUTH'],
    ...options.server,
  });
  onTestFinished(server.stop);
  const dir = await tempDir();
  const clock = fakeClock();
  const core = await makeCore({ dir, clock, isReal: options.isReal ?? false });
  const connector = await core.call('connectors.save', {
    name: 'Serveur de la mairie',
    config: smtpConfig(server, options.smtp),
  });
  const service = await core.call('services.save', {
    name: 'Courrier',
    connectorId: connector.id,
    ...options.service,
  });
  return {
    ...core,
    dir,
    server,
    connector,
    service,
    send: (given: Partial<CallInput<'outbox.send'>> = {}) =>
      core.call('outbox.send', {
        serviceId: service.id,
        to: ['clerk@example.org'],
        subject: 'Bonjour',
        text: 'texte',
        ...given,
      }),
    subjects: (): string[] => subjectsOf(server),
  };
}

export const smtpConfig = ({ port }: Pick<FaultySmtp, 'port'>, given: object = {}) => ({
  type: 'smtp' as const,
  sender: 'Mairie <mairie@sender.test>',
  server: {
    host: '127.0.0.1',
    port,
    tls: 'none' as const,
    timeouts: { connectSeconds: 5, answerSeconds: 5 },
  },
  ...given,
});

export const subjectsOf = ({ accepted }: FaultySmtp): string[] =>
  accepted.map(({ raw }) => /^Subject: (.*)\r$/m.exec(raw)?.[1] ?? '');

export const MINUTE = 60_000;
