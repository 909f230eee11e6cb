import { describe, expect, it } from 'vitest';
import type { Run } from '#contract/model/run';
import { toAppError } from '#core/errors';
import {
  AuthError,
  CancelledError,
  ConfigError,
  GoneError,
  RefusedError,
  TransientError,
} from '#core/errors';
import { exitOfError, exitOfRun, worstExit } from '../../src-main/headless/exit-codes.ts';

describe('the exit code of an error', () => {
  it.each([
    [new ConfigError('usage.unknownCommand'), 2],
    [new ConfigError('store.newer'), 2],
    [new ConfigError('folder.notFolder'), 3],
    [new AuthError('imap.passwordRefused'), 4],
    [new TransientError('source.away'), 5],
    [new ConfigError('store.inUse'), 6],
    [new ConfigError('store.damaged'), 7],
    [new RefusedError('item.tooLarge'), 1],
    [new GoneError('file.gone'), 1],
    [new CancelledError(), 130],
    [toAppError(new TypeError('a bug')), 70],
  ])('tells scripts what to do: %s', (error, code) => {
    expect(exitOfError(error)).toBe(code);
  });
});

describe('the exit code of a run', () => {
  const run = (outcome: Run['outcome'], error: ConfigError | AuthError | null = null) => ({
    outcome,
    error: error === null ? null : { kind: error.kind, code: error.code, params: {} },
  });

  it.each([
    [run('done'), 0],
    [run('warnings'), 1],
    [run('waiting'), 5],
    [run('stopped'), 1],
    [run('failed', new AuthError('imap.passwordRefused')), 4],
    [run('failed', new ConfigError('folder.notFolder')), 3],
  ])('follows its outcome: %j', (one, code) => {
    expect(exitOfRun(one)).toBe(code);
  });
});

describe('several results', () => {
  it('end in the worst of them', () => {
    expect(worstExit([0, 1, 5, 0])).toBe(5);
    expect(worstExit([5, 4])).toBe(4);
    expect(worstExit([3, 4, 70])).toBe(70);
  });

  it('end well when there are none', () => {
    expect(worstExit([])).toBe(0);
  });
});
