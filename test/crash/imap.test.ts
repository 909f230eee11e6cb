// Killed at every step of a run over a mailbox, under every fate, against a real Dovecot.
import { makeMail } from '../helpers/make-mail.ts';
import { startDovecot } from '../servers/dovecot.ts';
import { describeWith } from '../servers/required.ts';
import { useServer } from '../servers/use-server.ts';
import { letters } from './letters.ts';
import { type Scenario, survives } from './scenario.ts';

describeWith(['dovecot'], 'an IMAP launcher killed at any step', () => {
  const dovecot = useServer(() => startDovecot());

  const mailbox =
    (fate: object, extra: object = {}): Scenario['world'] =>
    async () => {
      const user = dovecot().freshUser();
      for (const letter of letters) await dovecot().deliver(user, makeMail(letter));
      const server = { host: '127.0.0.1', port: dovecot().ports.imap, tls: 'none' };
      return {
        source: { protocol: 'imap', server, accountId: 'acc', fate, ...extra },
        accounts: [{ id: 'acc', name: 'acc', user }],
        secrets: { acc: dovecot().password },
        look: async () => {
          const folders = await dovecot().folders(user);
          const contents = folders.map(async (folder) => {
            const messages = await dovecot().folder(user, folder);
            return [folder, messages.map((one) => [...one.flags, ...one.keywords].sort())] as const;
          });
          const all = await Promise.all(contents);
          return all.filter(([, messages]) => messages.length > 0);
        },
      };
    };

  const scenarios: Scenario[] = [
    { title: 'leave', world: mailbox({ kind: 'leave' }) },
    { title: 'mark', world: mailbox({ kind: 'mark', seen: true, keyword: '$Cold' }) },
    { title: 'move', world: mailbox({ kind: 'move', folder: 'Traité' }) },
    { title: 'delete', world: mailbox({ kind: 'delete' }) },
    {
      title: 'move, disk thread',
      world: mailbox({ kind: 'move', folder: 'Traité' }),
      threaded: true,
    },
    { title: 'move, hungry job', world: mailbox({ kind: 'move', folder: 'Traité' }), hungry: true },
    {
      title: 'whole message and attachments, delete',
      world: mailbox({ kind: 'delete' }, { take: { what: 'both' } }),
      job: { sidecar: 'json' },
    },
    {
      title: 'rejected moved',
      world: mailbox({ kind: 'delete' }, { rejectedFate: { kind: 'move', folder: 'Rejetés' } }),
      launcher: { filter: { include: 'a*;b*;c*' } },
    },
    {
      title: 'read whole, again by hand',
      world: mailbox({ kind: 'leave' }, { take: { what: 'bodyAndAttachments' } }),
      decision: { kind: 'replay' },
    },
  ];

  survives(scenarios);
});
