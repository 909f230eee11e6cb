// The town hall's router: a real SMTP server that takes mail and refuses one address, connectors, services, alarms, and
// messages in every state that a day brings.
import { JobId } from '#contract/ids';
import { type FaultySmtp, startFaultySmtp } from '../servers/faulty-smtp.ts';
import type { Serve } from './serve.ts';
import { type TownWords, townWords } from './town-words.ts';

export const startTownMail = async (): Promise<FaultySmtp> => {
  const smtp = await startFaultySmtp();
  const refused = { code: 550, text: 'No such user' };
  smtp.faults = { recipients: { [townWords.fr.gone]: refused, [townWords.en.gone]: refused } };
  return smtp;
};

export async function openRouter(
  { call }: Serve,
  smtp: FaultySmtp,
  words: TownWords = townWords.fr,
): Promise<void> {
  const server = { host: '127.0.0.1', port: smtp.port, tls: 'none' as const };
  const smtpConfig = { type: 'smtp' as const, sender: words.town };
  const inHouse = await call('connectors.save', {
    name: words.inHouse,
    config: { ...smtpConfig, server },
  });
  await call('connectors.save', {
    name: words.spare,
    config: { ...smtpConfig, server: { ...server, port: 9 } },
  });
  await call('services.setDefaultConnector', { type: 'mail', connectorId: inHouse.id });
  const accounting = await call('services.save', {
    name: words.accounting,
    defaults: { to: [words.accountingMail], subject: words.newInvoice },
  });
  await call('services.save', { name: words.office, sender: words.officeMail });
  const job = (await call('jobs.list', {})).find((one) => one.id === JobId.parse('j69'));
  if (job !== undefined) {
    await call('jobs.save', { ...job, forward: { serviceId: accounting.id, subject: '{name}' } });
  }
  await call('notices.save', {
    event: { kind: 'launcherFailed', times: 3 },
    mail: { to: [words.itMail] },
  });
  await call('notices.save', {
    name: words.silent,
    event: { kind: 'silence', hours: 8 },
    mail: { to: [words.receptionMail] },
  });
  await call('outbox.send', {
    serviceId: accounting.id,
    text: words.hereIsTheInvoice,
    wait: true,
  });
  await call('outbox.send', {
    to: [words.gone],
    subject: words.summons,
    text: words.hello,
    wait: true,
  });
}
