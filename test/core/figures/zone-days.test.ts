import { describe, expect, it } from 'vitest';
import { createZoneDays } from '#core/figures/zone-days';

const local = (text: string): Date => new Date(text);

describe('createZoneDays', () => {
  it('gives one row per local day, today last, days without documents included', () => {
    const zone = createZoneDays(local('2026-11-22T10:00:00'), 3);

    const rows = zone.fill([
      { day: local('2026-11-20T00:00:00').toISOString(), documents: 2, bytes: 20 },
      { day: local('2026-11-22T09:45:00').toISOString(), documents: 1, bytes: 5 },
      { day: local('2026-11-20T23:45:00').toISOString(), documents: 3, bytes: 30 },
    ]);

    expect(rows).toEqual([
      { day: '2026-11-20', documents: 5, bytes: 50 },
      { day: '2026-11-21', documents: 0, bytes: 0 },
      { day: '2026-11-22', documents: 1, bytes: 5 },
    ]);
  });

  it('begins at the midnight of the first day', () => {
    const { since } = createZoneDays(local('2026-03-30T10:00:00'), 2);

    expect(since).toBe(local('2026-03-29T00:00:00').toISOString());
  });
});
