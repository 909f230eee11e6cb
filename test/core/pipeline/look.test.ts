import { describe, expect, it } from 'vitest';
import { ItemId } from '#contract/ids';
import { listRequest } from '#core/pipeline/look';
import type { OpenRow } from '#core/store/ledger-rows';

const row = (id: number, given: Partial<OpenRow>): OpenRow => ({
  ...{ id: ItemId.parse(id), key: 'k', version: '1', location: 'here', observation: null },
  ...{ replay: 0, state: 'deferred' as const },
  ...given,
});

const everything = { has: () => true, add: () => undefined, renew: () => undefined };

describe('what a source is asked for', () => {
  it('is not held for known when somebody has asked for it again', () => {
    const { isKnown } = listRequest(null, [row(1, { key: 'again' })], everything);

    expect(isKnown('again', '1')).toBe(false);
    expect(isKnown('again', '2')).toBe(true);
    expect(isKnown('other', '1')).toBe(true);
  });

  it('names the open items with where they lie and what was seen of them', () => {
    const rows = [row(1, { observation: 'o', replay: 1 }), row(2, { key: 'lost', location: null })];

    expect(listRequest('c', rows, everything)).toMatchObject({
      cursor: 'c',
      open: [{ key: 'k', version: '1', location: 'here', observation: 'o', replay: true }],
    });
  });
});
