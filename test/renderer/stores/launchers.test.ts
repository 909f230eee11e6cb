// @vitest-environment happy-dom
import { describe, expect, it } from 'vitest';
import type { Launcher } from '#contract/model/launcher';
import { useLaunchers } from '../../../src-renderer/stores/launchers.ts';
import { insideWindow } from '../mount-window.ts';

const launcher = (description: string): Launcher => ({ id: 'a', description }) as Launcher;

describe('the launchers of the window', () => {
  it('are what the core says after a save, not what was typed', async () => {
    const { value: store } = insideWindow(
      {
        'launchers.save': () => launcher('typed'),
        'launchers.list': () => [launcher('as the core keeps it')],
      },
      useLaunchers,
    );

    await store.save({ description: 'typed', source: { protocol: 'folder', path: '/in' } });

    expect(store.nameOf('a')).toBe('as the core keeps it');
  });

  it('stay as they are when the core refuses', async () => {
    const { value: store } = insideWindow(
      {
        'launchers.list': () => [launcher('before')],
        'launchers.delete': () => Promise.reject(new Error('no')),
      },
      useLaunchers,
    );
    await store.load();

    await expect(store.remove('a' as never)).rejects.toThrow('no');
    expect(store.list).toHaveLength(1);
  });
});
