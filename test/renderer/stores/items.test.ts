// @vitest-environment happy-dom
import { describe, expect, it } from 'vitest';
import type { ItemId } from '#contract/ids';
import { useItems } from '../../../src-renderer/stores/items.ts';
import { insideWindow } from '../mount-window.ts';

describe('many items', () => {
  it('are changed a thousand at once, each in one call, and counted together', async () => {
    const answer = ({ ids }: { readonly ids: readonly ItemId[] }) => ({ count: ids.length });
    const answers = { 'items.retryMany': answer, 'items.dismiss': answer };
    const { bridge, value: store } = insideWindow(answers, useItems);
    const ids = Array.from({ length: 6001 }, (_, index) => (index + 1) as ItemId);

    expect(await store.retryMany(ids)).toBe(6001);
    expect(await store.dismiss(ids.slice(0, 3))).toBe(3);

    const calls = bridge.asked as { name: string; input: { ids: ItemId[] } }[];
    expect(calls.map((one) => [one.name, one.input.ids.length])).toEqual([
      ...Array.from({ length: 6 }, () => ['items.retryMany', 1000]),
      ['items.retryMany', 1],
      ['items.dismiss', 3],
    ]);
    expect(calls.slice(0, 7).flatMap((one) => one.input.ids)).toEqual(ids);
  });
});
