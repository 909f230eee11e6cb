import { describe, expect, it } from 'vitest';
import type { ErrorBody } from '#contract/error-codes';
import { Launcher } from '#contract/model/launcher';
import { outcomeOf, type Troubles } from '#core/pipeline/outcome';
import { type Column, createTally } from '#core/pipeline/tally';
import type { OpenReason } from '#core/store/ledger-repo';
import type { Store } from '#core/store/store';

const launcher = Launcher.parse({
  ...{ id: 'l', description: 'x', paused: false, createdAt: '', changedAt: '' },
  source: { protocol: 'folder', path: '/in' },
});

const reason = (code: string, kind: ErrorBody['kind'] = 'transient'): ErrorBody => ({
  ...{ kind, code, params: {} },
});

type Given = {
  readonly counted?: Column;
  readonly open?: readonly OpenReason[];
  readonly troubles?: Partial<Troubles>;
};

function outcome({ counted, open = [], troubles = {} }: Given): string {
  const tally = createTally(() => undefined);
  if (counted !== undefined) tally.item(counted);
  const store = { ledger: { openReasons: () => open } } as unknown as Store;
  const given = { unsettled: null, held: null, ...troubles };
  const result = outcomeOf({ store, launcher, tally }, given);
  return [result.outcome, ...(result.error === null ? [] : [result.error.code])].join(' ');
}

const put = (state: OpenReason['state'], code: string, kind?: ErrorBody['kind']): OpenReason => ({
  state,
  reason: reason(code, kind),
});

describe('the outcome of a run', () => {
  it.each<[string, Given]>([
    ['done', {}],
    ['done', { counted: 'delivered' }],
    ['done', { open: [put('deferred', 'file.growing'), put('deferred', 'net.reset')] }],
    ['warnings', { counted: 'quarantined' }],
    ['warnings', { counted: 'unrouted' }],
    ['waiting job.full', { open: [put('deferred', 'job.full')] }],
    ['waiting disk.full', { open: [put('deferred', 'x.y'), put('deferred', 'disk.full')] }],
    ['waiting target.away', { troubles: { held: reason('target.away') } }],
    ['warnings source.denied', { open: [put('delivered', 'source.denied')] }],
    ['warnings source.denied', { troubles: { unsettled: reason('source.denied') } }],
    ['warnings job.full', { counted: 'unrouted', open: [put('deferred', 'job.full')] }],
    ['failed target.notFolder', { open: [put('deferred', 'target.notFolder', 'config')] }],
  ])('is "%s": %#', (expected, given) => {
    expect(outcome(given)).toBe(expected);
  });
});
