// Killed at every step of a run over a POP3 mailbox, under every fate, against a real Dovecot.
import { makeMail } from '../helpers/make-mail.ts';
import { startDovecot } from '../servers/dovecot.ts';
import { describeWith } from '../servers/required.ts';
import { useServer } from '../servers/use-server.ts';
import { letters } from './letters.ts';
import { type Scenario, survives } from './scenario.ts';

describeWith(['dovecot'], 'a POP3 launcher killed at any step', () => {
  const dovecot = useServer(() => startDovecot());

  const mailbox =
    (fate: object, extra: object = {}): Scenario['world'] =>
    async () => {
      const user = dovecot().freshUser();
      for (const letter of letters) await dovecot().deliver(user, makeMail(letter));
      const server = { host: '127.0.0.1', port: dovecot().ports.pop3, tls: 'none' };
      return {
        source: { protocol: 'pop', server, accountId: 'acc', fate, ...extra },
        accounts: [{ id: 'acc', name: 'acc', user }],
        secrets: { acc: dovecot().password },
        look: async () => (await dovecot().folder(user)).length,
      };
    };

  const scenarios: Scenario[] = [
    { title: 'leave', world: mailbox({ kind: 'leave' }) },
    { title: 'delete', world: mailbox({ kind: 'delete' }) },
    { title: 'delete, hungry job', world: mailbox({ kind: 'delete' }), hungry: true },
    {
      title: 'whole message and attachments, delete',
      world: mailbox({ kind: 'delete' }, { take: { what: 'both' } }),
      job: { sidecar: 'csv' },
    },
  ];

  survives(scenarios);
});
