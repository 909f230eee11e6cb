import { describe, expect, it } from 'vitest';
import type { CollisionRule } from '#contract/model/cold-job';
import { candidateNames, nameRoom } from '#core/destinations/folder/candidate-names';

const now = new Date(2026, 10, 22, 7, 13, 48, 123);

function first(
  count: number,
  wanted: string,
  rule: CollisionRule,
  folder = '/in',
  firstNumber = 2,
) {
  const names: string[] = [];
  const room = nameRoom(folder, '');
  for (const { name } of candidateNames(wanted, rule, { room, now, firstNumber })) {
    if (names.push(name) === count) break;
  }
  return names;
}

describe('the names to try', () => {
  it('are the wanted one, then numbers', () => {
    expect(first(3, 'a.pdf', 'number')).toEqual(['a.pdf', 'a (2).pdf', 'a (3).pdf']);
  });

  it('go on with the number that others have come to', () => {
    expect(first(3, 'a.pdf', 'number', '/in', 40)).toEqual(['a.pdf', 'a (40).pdf', 'a (41).pdf']);
  });

  it('keep a double extension together', () => {
    expect(first(2, 'a.tar.gz', 'number')[1]).toBe('a (2).tar.gz');
  });

  it('carry the local time to the millisecond, and numbers only after that', () => {
    expect(first(3, 'a.pdf', 'timestamp')).toEqual([
      'a.pdf',
      'a 20261122-071348-123.pdf',
      'a 20261122-071348-123 (2).pdf',
    ]);
  });

  it('are cut so that the path stays under the limit of old Windows programs', () => {
    const folder = `/${'d'.repeat(150)}`;

    for (const name of first(5, `${'n'.repeat(200)}.pdf`, 'timestamp', folder)) {
      expect(`${folder}/${name}`.length).toBeLessThanOrEqual(259);
      expect(name).toMatch(/\.pdf$/u);
    }
  });

  it('leave room for the extension of a sidecar', () => {
    expect(nameRoom('/in', '.json').maxUnits).toBe(nameRoom('/in', '').maxUnits - 5);
  });
});
