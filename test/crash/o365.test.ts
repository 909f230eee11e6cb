// Killed at every step of a run over an Office 365 mailbox, under every fate, against the Graph stand-in.
import { describe } from 'vitest';
import { makeMail } from '../helpers/make-mail.ts';
import { startGraph } from '../servers/graph/graph.ts';
import { useServer } from '../servers/use-server.ts';
import { letters } from './letters.ts';
import { type Scenario, survives } from './scenario.ts';

describe('an Office 365 launcher killed at any step', () => {
  const graph = useServer(() => startGraph());
  let serial = 0;

  const mailbox =
    (fate: object, extra: object = {}): Scenario['world'] =>
    async () => {
      serial += 1;
      const address = `user${serial}@mairie.example`;
      const box = graph().mailbox(address);
      graph().accept(`token-${serial}`, { user: address });
      for (const { subject, attachments } of letters) {
        box.add({ subject, attachments, mime: makeMail({ subject, attachments }) });
      }
      await Promise.resolve();
      return {
        source: { protocol: 'o365', accountId: 'acc', fate, ...extra },
        accounts: [{ id: 'acc', name: 'acc', user: address, method: 'token' }],
        secrets: { acc: `token-${serial}` },
        graphUrl: graph().url,
        look: () =>
          Promise.resolve(
            [...box.messages.values()]
              .map((one) => {
                const folder = box.folders.get(one.folderId)?.displayName;
                return [folder, one.subject, one.isRead, one.flag, one.categories].join(' ');
              })
              .sort(),
          ),
      };
    };

  const scenarios: Scenario[] = [
    { title: 'leave', world: mailbox({ kind: 'leave' }) },
    {
      title: 'mark',
      world: mailbox({ kind: 'mark', seen: true, flagged: true, category: 'COLD' }),
    },
    { title: 'move', world: mailbox({ kind: 'move', folder: 'inbox/Traité' }) },
    { title: 'delete', world: mailbox({ kind: 'delete' }) },
    {
      title: 'move, hungry job',
      world: mailbox({ kind: 'move', folder: 'archive' }),
      hungry: true,
    },
    {
      title: 'whole message and attachments, delete',
      world: mailbox({ kind: 'delete' }, { take: { what: 'both' } }),
    },
    {
      title: 'text and attachments, read whole',
      world: mailbox({ kind: 'move', folder: 'archive' }, { take: { what: 'bodyAndAttachments' } }),
    },
    {
      title: 'rejected moved',
      world: mailbox({ kind: 'delete' }, { rejectedFate: { kind: 'move', folder: 'Rejetés' } }),
      launcher: { filter: { include: 'a*;b*;c*' } },
      job: { sidecar: 'xml' },
    },
  ];

  survives(scenarios);
});
