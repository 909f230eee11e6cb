import { describe, expect, it } from 'vitest';
import { eventually } from '../../../helpers/eventually.ts';
import { fakeClock } from '../../../helpers/fake-clock.ts';
import type { Graph } from '../../../servers/graph/graph.ts';
import { ADDRESS, codeOf, graphServer, listItems, o365Source } from './o365-harness.ts';
import { outcomeOf } from '../../../helpers/outcome-of.ts';

const titles = (items: readonly { readonly title: string }[]) => items.map(({ title }) => title);

function fill(graph: Graph, count: number, receivedAt?: string): void {
  for (let index = 0; index < count; index += 1) {
    graph.mailbox(ADDRESS).add({
      subject: `n${index}`,
      attachments: [{ name: `n${index}.pdf` }],
      ...(receivedAt === undefined ? {} : { receivedAt }),
    });
  }
}

describe('the listing of a folder', () => {
  it('offers every message once, oldest first, over several pages', async () => {
    const graph = await graphServer();
    fill(graph, 250);

    const items = await listItems(o365Source(graph));

    expect(titles(items)).toEqual(Array.from({ length: 250 }, (_, index) => `n${index}`));
  });

  it('offers all messages of one second, however many they are', async () => {
    const graph = await graphServer();
    fill(graph, 3);
    fill(graph, 240, '2026-01-05T09:00:00Z');
    fill(graph, 2, '2026-01-05T10:00:00Z');

    const items = await listItems(o365Source(graph));

    expect(new Set(items.map(({ key }) => key)).size).toBe(245);
    expect(items).toHaveLength(245);
  });

  it('misses nothing when messages are moved away between two pages', async () => {
    const graph = await graphServer();
    fill(graph, 350);
    const box = graph.mailbox(ADDRESS);
    const archive = box.folder('archive')!.id;
    const seen: string[] = [];

    const request = { cursor: null, open: [], isKnown: () => false };
    for await (const batch of o365Source(graph).list(request, new AbortController().signal)) {
      for (const item of batch.items) {
        seen.push(item.title);
        box.move(box.message(item.key)!, archive, '2026-01-06T00:00:00Z');
      }
    }

    expect(seen).toHaveLength(350);
  });

  it('reads on while a lot is worked off, so that the mailbox is not left idle between two pages', async () => {
    const graph = await graphServer();
    fill(graph, 450);
    const request = { cursor: null, open: [], isKnown: () => false };
    let found = 0;

    for await (const batch of o365Source(graph).list(request, new AbortController().signal)) {
      found += batch.items.length;
      // The folder, and all pages: asked for while the first one is held.
      await eventually(() => graph.requests.length === 6);
    }

    expect(found).toBe(450);
  });

  it('describes attachments without asking for each message', async () => {
    const graph = await graphServer();
    fill(graph, 80);

    const items = await listItems(o365Source(graph));

    expect(items.every(({ parts }) => parts.length === 1)).toBe(true);
    // The folder, and one page.
    expect(graph.requests).toHaveLength(2);
  });

  it('asks for immutable ids on every call, and stays with them after a move', async () => {
    const graph = await graphServer();
    fill(graph, 1);
    const source = o365Source(graph);
    const box = graph.mailbox(ADDRESS);
    const [before] = await listItems(source);

    const message = [...box.messages.values()][0]!;
    box.move(message, box.folder('archive')!.id, '2026-01-06T00:00:00Z');
    box.move(message, box.folder('inbox')!.id, '2026-01-06T00:00:01Z');
    const [after] = await listItems(source);

    expect(after?.key).toBe(before?.key);
  });

  it('stops when nothing shows that the ids are immutable', async () => {
    const graph = await graphServer();
    fill(graph, 1);
    graph.silentAboutPreferences = true;
    const [message] = graph.mailbox(ADDRESS).messages.values();
    Object.assign(message!, { immutableId: 'AAMkMutable' });
    graph.mailbox(ADDRESS).messages.set('AAMkMutable', message!);

    expect(await outcomeOf(listItems(o365Source(graph)))).toBe('transient graph.mutableIds');
  });

  it('reads a shared mailbox, and a folder by its names', async () => {
    const graph = await graphServer();
    const shared = graph.mailbox('factures@mairie.example');
    shared.sharedWith.add(ADDRESS);
    const parent = shared.addFolder('À traiter', shared.folder('inbox')!.id);
    const folder = shared.addFolder('2026/01', parent.id);
    shared.add({ subject: 'partagé', folder: folder.id });

    const options = { mailbox: 'factures@mairie.example', folder: 'inbox/à traiter/2026\\/01' };

    expect(titles(await listItems(o365Source(graph, options)))).toEqual(['partagé']);
  });

  it.each([
    [{ folder: 'Absent' }, 'config graph.folderMissing'],
    [{ folder: 'id:AAMkNothing' }, 'config graph.folderMissing'],
    [{ mailbox: 'nobody@mairie.example' }, 'config graph.noMailbox'],
    [{ mailbox: 'fermé@mairie.example' }, 'config graph.mailboxForbidden'],
  ])('says what is wrong with %j', async (options, expected) => {
    const graph = await graphServer();
    graph.mailbox('fermé@mairie.example');

    expect(await outcomeOf(listItems(o365Source(graph, options)))).toBe(expected);
  });
});

describe('a look at a folder that was listed before', () => {
  async function listed(count: number) {
    const graph = await graphServer();
    fill(graph, count);
    const clock = fakeClock(new Date());
    const known = new Set<string>();
    const source = o365Source(graph, { clock });
    for (const { key } of await listItems(source)) known.add(key);
    const cursor = source.cursor();
    graph.requests.length = 0;
    const look = async (open: readonly string[] = [], from = cursor) => {
      const next = o365Source(graph, { clock });
      const items = await listItems(next, {
        cursor: from,
        isKnown: (key) => known.has(key),
        open: open.map((location) => ({
          key: (JSON.parse(location) as { id: string }).id,
          version: '',
          location,
          observation: null,
          replay: false,
        })),
      });
      return { items, cursor: next.cursor() };
    };
    return { graph, box: graph.mailbox(ADDRESS), clock, known, look };
  }

  it('costs one request when nothing is new', async () => {
    const { graph, look } = await listed(300);

    const { items } = await look();

    expect(items).toEqual([]);
    expect(graph.requests).toHaveLength(1);
  });

  it('finds what has arrived', async () => {
    const { box, look } = await listed(30);
    box.add({ subject: 'new', modifiedAt: new Date().toISOString() });

    expect(titles((await look()).items)).toEqual(['new']);
  });

  it('finds an old message that was moved into the folder', async () => {
    const { box, look } = await listed(30);
    const old = box.add({ subject: 'old', folder: 'archive', receivedAt: '2020-01-01T00:00:00Z' });
    box.move(old, box.folder('inbox')!.id, new Date().toISOString());

    expect(titles((await look()).items)).toEqual(['old']);
  });

  it('finds by the daily comparison what Exchange did not note as changed', async () => {
    const { box, clock, look } = await listed(30);
    box.add({ subject: 'hidden', receivedAt: '2020-01-01T00:00:00Z' });
    const soon = await look();
    await clock.advance(25 * 3_600_000);

    const later = await look([], soon.cursor);

    expect([titles(soon.items), titles(later.items)]).toEqual([[], ['hidden']]);
  });

  it('lists everything again for another folder', async () => {
    const { graph, box, look } = await listed(3);
    box.add({ folder: 'archive', subject: 'archived' });
    const { cursor } = await look();
    const other = o365Source(graph, { folder: 'archive' });

    expect(titles(await listItems(other, { cursor }))).toEqual(['archived']);
  });

  it('offers open messages again, unless somebody moved or erased them', async () => {
    const { box, look } = await listed(3);
    const inbox = box.folder('inbox')!.id;
    const [kept, moved, erased] = [...box.messages.values()];
    const locations = [kept, moved, erased].map((one) =>
      JSON.stringify({ id: one!.immutableId, folderId: inbox }),
    );
    box.move(moved!, box.folder('archive')!.id, '2026-01-01T00:00:00Z');
    box.remove(erased!);

    expect(titles((await look(locations)).items)).toEqual([kept!.subject]);
  });

  it('lists whole when many have arrived at once', async () => {
    const { box, look } = await listed(5);
    for (let index = 0; index < 400; index += 1) {
      box.add({ subject: `m${index}`, modifiedAt: new Date().toISOString() });
    }

    expect((await look()).items).toHaveLength(400);
  });
});

describe('the folders of a mailbox', () => {
  it('are named as the mailbox names them, the inbox first, nested ones by their path', async () => {
    const graph = await graphServer();
    const box = graph.mailbox(ADDRESS);
    const child = box.addFolder('Factures', box.folder('inbox')!.id);
    box.addFolder('2026/01', child.id);
    for (let index = 0; index < 12; index += 1) box.addFolder(`Dossier ${index}`);

    const folders = await o365Source(graph).folders!(new AbortController().signal);

    expect(folders.slice(0, 3).map(({ path, label }) => [path, label])).toEqual([
      ['inbox', 'Boîte de réception'],
      ['inbox/Factures', 'Boîte de réception / Factures'],
      ['inbox/Factures/2026\\/01', 'Boîte de réception / Factures / 2026/01'],
    ]);
    expect(folders.find(({ role }) => role === 'sent')?.path).toBe('sentitems');
    expect(folders).toHaveLength(7 + 2 + 12);
  });
});

describe('the check', () => {
  it('names its steps and what it found', async () => {
    const graph = await graphServer();
    fill(graph, 2);

    const fate = { kind: 'move', folder: 'Traité' };
    const steps = await o365Source(graph, { fate }).check(new AbortController().signal);

    expect(steps.map(({ step, ok, warning }) => [step, ok, warning])).toEqual([
      ['signIn', true, null],
      ['open', true, null],
      ['read', true, null],
      ['mayMove', true, null],
      ['targetFolder', true, 'imap.targetMissing'],
    ]);
    expect(steps[1]?.params).toEqual({ folder: 'Boîte de réception', messages: 2 });
  });

  it('reads from the token that moving is not allowed', async () => {
    const graph = await graphServer();
    const claims = Buffer.from(JSON.stringify({ scp: 'Mail.Read User.Read' })).toString(
      'base64url',
    );
    const secret = `x.${claims}.x`;
    graph.accept(secret, { user: ADDRESS, scopes: ['Mail.Read'] });

    const options = { fate: { kind: 'move', folder: 'archive' }, credentials: { secret } };
    const steps = await o365Source(graph, options).check(new AbortController().signal);

    expect(steps.at(-1)).toMatchObject({ step: 'mayMove', ok: false });
    expect(codeOf(steps.at(-1)?.error)).toBe('config graph.permissionMissing');
  });

  it('changes nothing', async () => {
    const graph = await graphServer();
    const fate = { kind: 'move', folder: 'Traité' };

    await o365Source(graph, { fate }).check(new AbortController().signal);

    expect(graph.requests.filter((one) => !one.startsWith('GET'))).toEqual([]);
  });
});
