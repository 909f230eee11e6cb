// Killed at every step of a run over a POP3 mailbox, under every fate, against a real Dovecot.
import { it } from 'vitest';
import { makeMail } from '../helpers/make-mail.ts';
import { makePdf } from '../helpers/make-pdf.ts';
import { tempDir } from '../helpers/temp-dir.ts';
import { startDovecot } from '../servers/dovecot.ts';
import { describeWith } from '../servers/required.ts';
import { useServer } from '../servers/use-server.ts';
import { killEverywhere, type Scenario } from './scenario.ts';

describeWith(['dovecot'], 'a POP3 launcher killed at any step', () => {
  const dovecot = useServer(() => startDovecot());

  const mailbox =
    (fate: object, extra: object = {}): Scenario['world'] =>
    async () => {
      const user = dovecot().freshUser();
      const attach = (name: string, seed: number) => ({ name, content: makePdf(3000, seed) });
      const attachments = [
        [attach('a.pdf', 1)],
        [attach('b.pdf', 2), attach('c.pdf', 3)],
        [{ name: 'grand.pdf', content: makePdf(700_000, 4) }],
      ];
      for (const [index, list] of attachments.entries()) {
        const subject = `Courrier ${index}`;
        const messageId = `<${index}@x>`;
        await dovecot().deliver(user, makeMail({ subject, messageId, attachments: list }));
      }
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
    },
  ];

  it.each(scenarios)(
    'ends as if nothing had happened: $title',
    async (scenario) => {
      await killEverywhere(scenario, tempDir);
    },
    600_000,
  );
});
