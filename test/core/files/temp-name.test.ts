import { describe, expect, it } from 'vitest';
import { createInstance, isOurTemp, isTempOf, isTempOfThisLife } from '#core/files/temp-name';

describe('temporary names', () => {
  it('are never the same twice', () => {
    const instance = createInstance('data');

    const names = new Set(Array.from({ length: 1000 }, () => instance.tempName()));

    expect(names.size).toBe(1000);
  });

  it('are recognised as ours, whoever wrote them', () => {
    expect(isOurTemp(createInstance('data').tempName())).toBe(true);
    expect(isOurTemp('facture.pdf')).toBe(false);
    expect(isOurTemp('.lanceur-notes.part')).toBe(false);
    expect(isOurTemp('.lanceur-0a-0b-1.part.pdf')).toBe(false);
  });

  it('tell one data folder from another', () => {
    const mine = createInstance('mine');

    expect(isTempOf(mine.tempName(), mine)).toBe(true);
    expect(isTempOf(createInstance('other').tempName(), mine)).toBe(false);
  });

  it('tell this life of the program from an earlier one', () => {
    const before = createInstance('data');
    const now = createInstance('data');

    const old = before.tempName();

    expect(isTempOf(old, now)).toBe(true);
    expect(isTempOfThisLife(old, now)).toBe(false);
    expect(isTempOfThisLife(now.tempName(), now)).toBe(true);
  });
});
