import { describe, expect, it } from 'vitest';
import type { Mailbox } from '../../../servers/graph/mailboxes.ts';
import {
  ADDRESS,
  codeOf,
  graphServer,
  listItems,
  o365Source,
  never,
  type HarnessOptions,
} from './o365-harness.ts';
import { settleOrders } from '../settle-orders.ts';

async function mailbox(options: HarnessOptions) {
  const graph = await graphServer();
  const box = graph.mailbox(ADDRESS);
  for (const subject of ['a', 'b', 'c']) box.add({ subject });
  const source = o365Source(graph, options);
  const orders = settleOrders(await listItems(source));
  return { graph, box, source, orders };
}

const one = (box: Mailbox, subject: string) =>
  [...box.messages.values()].find((message) => message.subject === subject)!;

describe('the fate of a message', () => {
  it('is to be moved, into a folder that is made if it is missing', async () => {
    const { box, source, orders } = await mailbox({
      fate: { kind: 'move', folder: 'inbox/Traité' },
    });

    const outcomes = await source.settle(orders, never);

    expect(outcomes.every(({ ok }) => ok)).toBe(true);
    expect(box.subjects('inbox')).toEqual([]);
    const made = [...box.folders.values()].find(({ displayName }) => displayName === 'Traité');
    expect(made?.parentId).toBe(box.folder('inbox')?.id);
    expect(box.subjects(made?.id ?? '')).toEqual(['a', 'b', 'c']);
  });

  it('is carried out once when it is asked for twice', async () => {
    const { box, source, orders } = await mailbox({ fate: { kind: 'move', folder: 'Traité' } });
    await source.settle(orders, never);

    const again = await source.settle(orders, never);

    expect(again.every(({ ok }) => ok)).toBe(true);
    expect(box.messages.size).toBe(3);
  });

  it('leaves alone what somebody has put elsewhere', async () => {
    const { box, source, orders } = await mailbox({ fate: { kind: 'delete' } });
    box.move(one(box, 'b'), box.folder('archive')!.id, '2026-01-06T00:00:00Z');

    const outcomes = await source.settle(orders, never);

    expect(outcomes.every(({ ok }) => ok)).toBe(true);
    expect(box.subjects('archive')).toEqual(['b']);
    expect(box.subjects('deleteditems')).toEqual(['a', 'c']);
  });

  it('deletes into the deleted items, also when it is asked for twice', async () => {
    const { box, source, orders } = await mailbox({ fate: { kind: 'delete' } });
    await source.settle(orders, never);

    await source.settle(orders, never);

    expect(box.subjects('deleteditems')).toEqual(['a', 'b', 'c']);
  });

  it('is to be marked, and keeps the categories of others', async () => {
    const fate = { kind: 'mark', seen: true, flagged: true, category: 'COLD' };
    const { box, source, orders } = await mailbox({ fate });
    one(box, 'a').categories = ['Urgent'];

    await source.settle(orders, never);
    await source.settle(orders, never);

    expect(one(box, 'a')).toMatchObject({
      isRead: true,
      flag: 'flagged',
      categories: ['Urgent', 'COLD'],
    });
  });

  it('succeeds for what is gone', async () => {
    const { box, source, orders } = await mailbox({ fate: { kind: 'move', folder: 'archive' } });
    box.remove(one(box, 'a'));

    const [first] = await source.settle(orders, never);

    expect(first).toEqual({ ok: true, location: null });
  });

  it('says which permission is missing', async () => {
    const { graph, box, source, orders } = await mailbox({ fate: { kind: 'delete' } });
    graph.accept('token', { user: ADDRESS, scopes: ['Mail.Read'] });

    const [first] = await source.settle(orders, never);

    expect(first?.ok === false && codeOf(first.error)).toBe('config graph.forbidden');
    expect(box.subjects('inbox')).toEqual(['a', 'b', 'c']);
  });

  it('of the rejected may be another', async () => {
    const { box, source } = await mailbox({
      fate: { kind: 'leave' },
      rejectedFate: { kind: 'move', folder: 'Rejetés' },
    });

    await source.settle(settleOrders(await listItems(source), 'rejected'), never);

    expect(box.subjects('inbox')).toEqual([]);
  });

  it('knows where a message lies afterwards', async () => {
    const { source, orders } = await mailbox({ fate: { kind: 'move', folder: 'archive' } });
    const [outcome] = await source.settle(orders, never);
    const location = outcome?.ok === true ? (outcome.location ?? '') : '';

    expect(await source.stillThere(location, never)).toBe(true);
    expect(await source.stillThere(orders[0]?.location ?? '', never)).toBe(false);
  });
});
