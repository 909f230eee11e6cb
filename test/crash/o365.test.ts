// Killed at every step of a run over an Office 365 mailbox, under every fate, against the Graph stand-in.
import { describe, it } from 'vitest';
import { makeMail } from '../helpers/make-mail.ts';
import { makePdf } from '../helpers/make-pdf.ts';
import { tempDir } from '../helpers/temp-dir.ts';
import { startGraph } from '../servers/graph/graph.ts';
import { useServer } from '../servers/use-server.ts';
import { killEverywhere, type Scenario } from './scenario.ts';

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
      const files = [
        [{ name: 'a.pdf', content: makePdf(3000, 1) }],
        [
          { name: 'b.pdf', content: makePdf(3000, 2) },
          { name: 'c.pdf', content: makePdf(3000, 3) },
        ],
        [{ name: 'grand.pdf', content: makePdf(700_000, 4) }],
      ];
      for (const [index, attachments] of files.entries()) {
        const subject = `Courrier ${index}`;
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
