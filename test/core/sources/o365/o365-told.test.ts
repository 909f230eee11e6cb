// What of a message could not be taken is told where the clerk looks, though no index file stands beside the documents.
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { LauncherId } from '#contract/ids';
import { createFakeSources } from '../../../helpers/fake-source.ts';
import { makeCore } from '../../../helpers/make-core.ts';
import { makeMail } from '../../../helpers/make-mail.ts';
import { tempDir } from '../../../helpers/temp-dir.ts';
import { graphSourceType } from '../../../servers/graph/graph-source-type.ts';
import type { NewMessage } from '../../../servers/graph/mailboxes.ts';
import { makeTnef } from '../../mail/containers/make-tnef.ts';
import { ADDRESS, graphServer } from './o365-harness.ts';

/** Names that were delivered, and what the list of items remarks. */
async function collected(message: NewMessage) {
  const graph = await graphServer();
  graph.mailbox(ADDRESS).add(message);
  const dir = await tempDir();
  const load = () => Promise.resolve(graphSourceType(graph.url));
  const core = await makeCore({ dir, sources: { ...createFakeSources(), load } });
  const configuration = {
    format: 'lanceur-cold/1' as const,
    accounts: [{ id: 'acc', name: 'acc', user: ADDRESS, method: 'token' as const }],
    jobs: [
      {
        id: 'job',
        name: 'job',
        destination: { kind: 'folder' as const, path: join(dir, 'jobs/cold') },
      },
    ],
    launchers: [
      {
        ...{ id: 'launcher', description: 'bal' },
        source: { protocol: 'o365' as const, accountId: 'acc' },
        affiliations: [{ jobId: 'job', extensions: [] }],
      },
    ],
  };
  await core.job('cold');
  await core.call('configuration.import', { configuration, secrets: { acc: 'token' } });
  await core.run({ id: LauncherId.parse('launcher') });
  const [item] = await core.call('items.list', {});
  const journal = await core.call('journal.list', { itemId: item!.id });
  const told = journal.map(({ code, params }) => ({ code, params }));
  expect(item?.remarks ?? []).toEqual(told);
  return { files: core.filesIn('cold'), told };
}

const winmail = (content: Buffer | string): NewMessage => {
  const attachment = {
    ...{ name: 'winmail.dat', contentType: 'application/ms-tnef', content: Buffer.from(content) },
  };
  const type = 'application/ms-tnef';
  return {
    attachments: [attachment],
    mime: makeMail({ attachments: [{ name: 'winmail.dat', type, content }] }),
  };
};

it('tells of a winmail.dat that cannot be opened', async () => {
  const { files, told } = await collected(winmail('no tnef'));
  expect(files).toEqual(['winmail.dat']);
  expect(told).toEqual([{ code: 'mail.unopened', params: { name: 'winmail.dat' } }]);
});

it('tells of one that could be opened in part only', async () => {
  const whole = makeTnef([
    { title: 'a.pdf', data: 'one' },
    { title: 'b.pdf', data: 'x'.repeat(1000) },
  ]);
  const { files, told } = await collected(winmail(whole.subarray(0, -500)));
  expect(files).toEqual(['a.pdf', 'winmail.dat']);
  expect(told).toEqual([{ code: 'mail.openedInPart', params: { name: 'winmail.dat' } }]);
});

it('tells of a file in the cloud beside what was delivered', async () => {
  const { files, told } = await collected({
    attachments: [
      { name: 'facture.pdf', content: Buffer.from('%PDF') },
      { kind: 'reference', name: 'Contrat.pdf', contentType: null },
    ],
  });
  expect(files).toEqual(['facture.pdf']);
  expect(told).toEqual([{ code: 'graph.inTheCloud', params: { name: 'Contrat.pdf' } }]);
});

it('has nothing to tell of a message that came whole', async () => {
  const { files, told } = await collected({ attachments: [{ name: 'a.pdf' }] });
  expect(files).toEqual(['a.pdf']);
  expect(told).toEqual([]);
});
