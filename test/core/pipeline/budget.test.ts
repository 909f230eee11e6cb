import { describe, expect, it } from 'vitest';
import { createBudget } from '#core/pipeline/budget';

describe('budget', () => {
  it('lets as many through as are left', () => {
    const budget = createBudget(5);

    expect([budget.take(3), budget.take(3), budget.take(3)]).toEqual([3, 2, 0]);
  });

  it('has no limit at 0', () => {
    expect(createBudget(0).take(1_000_000)).toBe(1_000_000);
  });
});
