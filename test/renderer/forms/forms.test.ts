import { describe, expect, it } from 'vitest';
import { LauncherDraft } from '#contract/model/launcher';
import { faultsOf } from '../../../src-renderer/forms/invalid-input.ts';
import { readPath, withUsual, writePath } from '../../../src-renderer/forms/json-tree.ts';

describe('a draft as a tree', () => {
  it('changes one leaf and leaves the tree it came from', () => {
    const before = { server: { host: 'a', port: 0 } };

    const after = writePath(before, 'server.host', 'b');

    expect(after).toEqual({ server: { host: 'b', port: 0 } });
    expect(before.server.host).toBe('a');
  });

  it('makes the branches a new leaf needs', () => {
    expect(writePath({}, 'fate.kind', 'delete')).toEqual({ fate: { kind: 'delete' } });
  });

  it('reads nothing where there is nothing', () => {
    expect(readPath({ fate: { kind: 'leave' } }, 'fate.afterDays.more')).toBeUndefined();
  });

  it('fills in what is not said, however deep, and nothing else', () => {
    const defaults = { port: 0, trust: { caPem: '', serverName: '' } };

    const merged = withUsual(defaults, { port: 993, trust: { caPem: 'x' } });

    expect(merged).toEqual({ port: 993, trust: { caPem: 'x', serverName: '' } });
  });
});

describe('what the contract refuses', () => {
  const refusedBy = (draft: unknown) => {
    const parsed = LauncherDraft.safeParse(draft);
    return parsed.success ? {} : faultsOf(parsed.error);
  };
  const good = { description: 'x', source: { protocol: 'folder', path: '/in' } };

  it('names an empty field as missing, at its path', () => {
    expect(refusedBy({ ...good, source: { protocol: 'folder', path: '' } })).toEqual({
      'source.path': { code: 'window.invalid.missing', params: {} },
    });
  });

  it('tells the limit that a number broke', () => {
    expect(refusedBy({ ...good, quietSeconds: 90_000 })).toEqual({
      quietSeconds: { code: 'window.invalid.tooBig', params: { max: 86_400 } },
    });
  });

  it('asks for a number where text was typed', () => {
    expect(refusedBy({ ...good, quietSeconds: '' })).toEqual({
      quietSeconds: { code: 'window.invalid.notANumber', params: {} },
    });
  });
});
