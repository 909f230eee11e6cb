// What the network and Exchange do to a run, and what the run makes of it.
import { describe, expect, it } from 'vitest';
import { eventually } from '../../../helpers/eventually.ts';
import { fakeClock } from '../../../helpers/fake-clock.ts';
import { passing } from '../../../helpers/passing.ts';
import { makePdf } from '../../../helpers/make-pdf.ts';
import type { GraphFault } from '../../../servers/graph/graph.ts';
import {
  ADDRESS,
  codeOf,
  fetchItems,
  graphServer,
  listItems,
  never,
  o365Source,
  type HarnessOptions,
} from './o365-harness.ts';
import { outcomeOf } from '../../../helpers/outcome-of.ts';
import { settleOrders } from '../settle-orders.ts';

async function mailbox(count: number, options: HarnessOptions = {}) {
  const graph = await graphServer();
  for (let index = 0; index < count; index += 1) {
    graph.mailbox(ADDRESS).add({
      subject: `n${index}`,
      attachments: [{ content: makePdf(200_000, index) }],
    });
  }
  return { graph, source: o365Source(graph, options) };
}

const status = (code: number, more: object = {}): GraphFault['what'] => ({
  kind: 'status',
  status: code,
  ...more,
});

describe('a listing', () => {
  it.each<[string, GraphFault['what']]>([
    ['a reset', { kind: 'reset' }],
    ['a gateway that timed out', status(504)],
    ['an unavailable service', status(503, { retryAfter: 2 })],
    ['being throttled', status(429, { retryAfter: 2 })],
    ['a date to wait for', status(429, { retryAfter: 'Mon, 05 Jan 2026 08:00:03 GMT' })],
    ['an answer cut short', { kind: 'cut', bytes: 100 }],
  ])('survives %s', async (_, what) => {
    const clock = fakeClock();
    const { graph, source } = await mailbox(3, { clock });
    graph.faults.push({ on: /messages\?/, times: 1, what });

    expect(await passing(clock, listItems(source))).toHaveLength(3);
  });

  it('waits as long as it is asked to', async () => {
    const clock = fakeClock();
    const { graph, source } = await mailbox(1, { clock });
    graph.faults.push({ on: /messages\?/, times: 1, what: status(429, { retryAfter: 20 }) });

    await passing(clock, listItems(source));

    expect(clock.monotonicMs()).toBeGreaterThanOrEqual(20_000);
  });

  it('leaves a long wait to the next run', async () => {
    const { graph, source } = await mailbox(1);
    graph.faults.push({ on: /messages\?/, what: status(429, { retryAfter: 300 }) });

    const error = await listItems(source).catch((thrown: unknown) => thrown);

    expect(error).toMatchObject({ code: 'graph.throttled', retryAfterSeconds: 300 });
  });

  it('gives up on a service that stays away', async () => {
    const clock = fakeClock();
    const { graph, source } = await mailbox(1, { clock });
    graph.faults.push({ on: /messages\?/, what: status(503) });

    expect(await passing(clock, outcomeOf(listItems(source)))).toBe('transient graph.away');
  });

  it('gives up on silence', async () => {
    const clock = fakeClock();
    const { graph, source } = await mailbox(1, { clock });
    graph.faults.push({ on: /messages\?/, what: { kind: 'silence' } });
    const listing = outcomeOf(listItems(source));
    await eventually(() => graph.requests.some((one) => one.includes('messages?')));

    expect(await passing(clock, listing)).toBe('transient net.timeout');
  });

  it('takes a new token once when the one it has is refused', async () => {
    const { graph, source } = await mailbox(2, {
      credentials: {
        secret: 'old',
        renew: () =>
          Promise.resolve({
            user: ADDRESS,
            method: 'token',
            secret: 'token',
            microsoft: { cloud: 'global', isApplication: false },
          }),
      },
    });

    expect(await listItems(source)).toHaveLength(2);
    expect(graph.requests).toHaveLength(3);
  });

  it('says so when the new token is refused as well', async () => {
    const { graph, source } = await mailbox(1);
    graph.revoke('token');

    expect(await outcomeOf(listItems(source))).toBe('auth graph.tokenRefused');
  });

  it('ends at once when somebody stops it', async () => {
    const { graph, source } = await mailbox(1);
    graph.faults.push({ on: /messages\?/, what: { kind: 'silence' } });
    const stop = new AbortController();
    const listing = outcomeOf(listItems(source, {}, stop.signal));
    await eventually(() => graph.requests.some((one) => one.includes('messages?')));

    stop.abort();

    expect(await listing).toBe('cancelled run.cancelled');
  });

  it('begins anew when Exchange has forgotten the listing', async () => {
    const { graph, source } = await mailbox(1);
    graph.faults.push({
      on: /messages\?/,
      times: 1,
      what: status(410, { code: 'resyncRequired' }),
    });

    expect(await outcomeOf(listItems(source))).toBe('transient graph.listingExpired');
    expect(source.cursor()).toBeNull();
  });
});

describe('a fetch', () => {
  it('gives back the message whose bytes broke off, and goes on with the others', async () => {
    const { graph, source } = await mailbox(5);
    const items = await listItems(source);
    graph.faults.push({ on: /\$value/, times: 1, what: { kind: 'cut', bytes: 70_000 } });

    const { done, failures, error } = await fetchItems(source, items);

    expect(done).toHaveLength(4);
    expect([...failures.values()].map(codeOf)).toEqual(['transient net.reset']);
    expect(error).toBeUndefined();
  });

  it('asks again for one that broke off before its first byte', async () => {
    const { graph, source } = await mailbox(3);
    const items = await listItems(source);
    graph.faults.push({ on: /\$value/, times: 1, what: { kind: 'reset' } });

    expect((await fetchItems(source, items)).done).toHaveLength(3);
  });

  it('does not wait for ever in the middle of an attachment', async () => {
    const clock = fakeClock();
    const { graph, source } = await mailbox(1, { clock });
    const items = await listItems(source);
    graph.faults.push({ on: /\$value/, what: { kind: 'stall', bytes: 70_000 } });
    const fetching = fetchItems(source, items);
    await eventually(() => graph.requests.some((one) => one.includes('$value')));

    const { failures } = await passing(clock, fetching);

    expect([...failures.values()].map(codeOf)).toEqual(['transient net.timeout']);
  });

  it('ends when the network lets nothing through, and leaves the rest for the next run', async () => {
    const { graph, source } = await mailbox(20);
    const items = await listItems(source);
    graph.faults.push({ on: /\$value/, what: { kind: 'reset' } });

    const { done, failures, error } = await fetchItems(source, items);

    expect(done).toEqual([]);
    expect(codeOf(error)).toBe('transient net.reset');
    expect(failures.size).toBeLessThan(6);
  });

  it('ends when it is throttled for long', async () => {
    const { graph, source } = await mailbox(20);
    const items = await listItems(source);
    graph.faults.push({ on: /\$value/, what: status(429, { retryAfter: 600 }) });

    const { error } = await fetchItems(source, items);

    expect(error).toMatchObject({ code: 'graph.throttled', retryAfterSeconds: 600 });
  });
});

describe('a settlement', () => {
  it('whose answer was lost is found done', async () => {
    const { graph, source } = await mailbox(1, { fate: { kind: 'move', folder: 'archive' } });
    const orders = settleOrders(await listItems(source));
    graph.faults.push({ on: /\/move$/, times: 1, what: { kind: 'lostAnswer' } });

    const [outcome] = await source.settle(orders, never);
    const [again] = await source.settle(orders, never);

    expect([outcome?.ok, again?.ok]).toEqual([true, true]);
    expect(graph.mailbox(ADDRESS).subjects('archive')).toEqual(['n0']);
  });

  it('that is refused for a while is told as such, one by one', async () => {
    const clock = fakeClock();
    const { graph, source } = await mailbox(2, {
      clock,
      fate: { kind: 'move', folder: 'archive' },
    });
    const orders = settleOrders(await passing(clock, listItems(source)));
    graph.faults.push({ on: /\/move$/, what: status(409, { code: 'ErrorIrresolvableConflict' }) });

    const outcomes = await passing(clock, source.settle(orders, never));

    expect(outcomes.map((one) => one.ok === false && codeOf(one.error))).toEqual([
      'transient graph.conflict',
      'transient graph.conflict',
    ]);
  });
});
