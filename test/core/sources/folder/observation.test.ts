import { describe, expect, it } from 'vitest';
import { isPatienceOver, isQuiet, observe, secondsLeft } from '#core/sources/folder/observation';

const start = new Date('2026-01-05T08:00:00Z');
const after = (seconds: number) => new Date(start.getTime() + seconds * 1000);
const seen = { sizeBytes: 10, mtimeMs: 1_767_600_000_123.25, ino: '42' };
const first = observe(null, seen, start);

describe('observe', () => {
  it('counts the looks that found the same, and keeps the instant of the first', () => {
    const third = observe(
      JSON.stringify(observe(JSON.stringify(first), seen, after(5))),
      seen,
      after(9),
    );

    expect(third).toEqual({ ...seen, since: start.toISOString(), looks: 3 });
  });

  it.each([{ sizeBytes: 11 }, { mtimeMs: seen.mtimeMs + 0.25 }, { ino: '43' }])(
    'starts anew with %o',
    (change) => {
      const next = observe(JSON.stringify(first), { ...seen, ...change }, after(60));

      expect(next).toMatchObject({ since: after(60).toISOString(), looks: 1 });
    },
  );

  it('starts anew when the clock was set back', () => {
    expect(observe(JSON.stringify(first), seen, after(-3600)).looks).toBe(1);
  });

  it.each(['', 'x', '{}', 'null', '{"sizeBytes":10}'])('starts anew from %j', (text) => {
    expect(observe(text, seen, start).looks).toBe(1);
  });
});

describe('isQuiet', () => {
  const second = observe(JSON.stringify(first), seen, after(30));

  it('asks for two looks even when the time is over', () => {
    expect(isQuiet(first, 30, after(60))).toBe(false);
  });

  it('asks for the time even after two looks', () => {
    expect(isQuiet(second, 31, after(30))).toBe(false);
    expect(isQuiet(second, 30, after(30))).toBe(true);
  });

  it('asks for nothing where the quiet time is 0', () => {
    expect(isQuiet(first, 0, start)).toBe(true);
  });

  it('tells how long there is to wait', () => {
    expect(secondsLeft(first, 30, after(10))).toBe(20);
    expect(secondsLeft(first, 30, after(99))).toBe(1);
  });
});

describe('isPatienceOver', () => {
  const second = observe(JSON.stringify(first), seen, after(600));

  it('asks for fifteen minutes and three looks', () => {
    const third = observe(JSON.stringify(second), seen, after(900));

    expect(isPatienceOver(second, after(900))).toBe(false);
    expect(isPatienceOver(third, after(899))).toBe(false);
    expect(isPatienceOver(third, after(900))).toBe(true);
  });
});
