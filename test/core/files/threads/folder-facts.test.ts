import { describe, expect, it } from 'vitest';
import { createFolderFacts } from '#core/files/threads/folder-facts';
import { fakeClock } from '../../../helpers/fake-clock.ts';

describe('what is known of folders', () => {
  it('counts as far away until it is known', async () => {
    const facts = createFolderFacts(fakeClock(), () => Promise.resolve(false));

    expect(facts.isLocal('/scans')).toBe(false);
    await Promise.resolve();
    await Promise.resolve();

    expect(facts.isLocal('/scans')).toBe(true);
  });

  it('is asked for once, however many ask', async () => {
    let asked = 0;
    const facts = createFolderFacts(fakeClock(), () => {
      asked += 1;
      return Promise.resolve(true);
    });

    for (let turn = 0; turn < 5; turn += 1) facts.isLocal('/share');
    await facts.learn('/share');

    expect(asked).toBe(1);
    expect(facts.isLocal('/share')).toBe(false);
  });

  it('is asked for again after a minute: a share may have been mounted there', async () => {
    const clock = fakeClock();
    let isRemote = false;
    const facts = createFolderFacts(clock, () => Promise.resolve(isRemote));
    await facts.learn('/mnt');
    isRemote = true;

    await clock.advance(61_000);
    expect(facts.isLocal('/mnt')).toBe(true);
    await Promise.resolve();
    await Promise.resolve();

    expect(facts.isLocal('/mnt')).toBe(false);
  });
});
