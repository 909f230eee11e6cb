// The town hall's router: a real SMTP server that takes mail and refuses one address, connectors, services, alarms, and
// messages in every state that a day brings.
import { JobId } from '#contract/ids';
import { type FaultySmtp, startFaultySmtp } from '../servers/faulty-smtp.ts';
import type { Serve } from './serve.ts';

export const startTownMail = async (): Promise<FaultySmtp> => {
  const smtp = await startFaultySmtp();
  smtp.faults = { recipients: { 'parti@mairie.example': { code: 550, text: 'No such user' } } };
  return smtp;
};

export async function openRouter({ call }: Serve, smtp: FaultySmtp): Promise<void> {
  const server = { host: '127.0.0.1', port: smtp.port, tls: 'none' as const };
  const smtpConfig = { type: 'smtp' as const, sender: 'Mairie <ged@mairie.example>' };
  const inHouse = await call('connectors.save', {
    name: 'Serveur de la mairie',
    config: { ...smtpConfig, server },
  });
  await call('connectors.save', {
    name: 'Serveur de secours',
    config: { ...smtpConfig, server: { ...server, port: 9 } },
  });
  await call('services.setDefaultConnector', { type: 'mail', connectorId: inHouse.id });
  const accounting = await call('services.save', {
    name: 'Comptabilité',
    defaults: { to: ['compta@mairie.example'], subject: 'Nouvelle facture' },
  });
  await call('services.save', { name: 'Secrétariat', sender: 'Secrétariat <sec@mairie.example>' });
  const job = (await call('jobs.list', {})).find((one) => one.id === JobId.parse('j69'));
  if (job !== undefined) {
    await call('jobs.save', { ...job, forward: { serviceId: accounting.id, subject: '{name}' } });
  }
  await call('notices.save', {
    event: { kind: 'launcherFailed', times: 3 },
    mail: { to: ['informatique@mairie.example'] },
  });
  await call('notices.save', {
    name: 'Scanner muet',
    event: { kind: 'silence', hours: 8 },
    mail: { to: ['accueil@mairie.example'] },
  });
  await call('outbox.send', {
    serviceId: accounting.id,
    text: 'Bonjour, voici la facture.',
    wait: true,
  });
  await call('outbox.send', {
    to: ['parti@mairie.example'],
    subject: 'Convocation du conseil',
    text: 'Bonjour',
    wait: true,
  });
}
