// @vitest-environment happy-dom
import { beforeEach, describe, expect, it } from 'vitest';
import { keyIn, takeKey } from '../../../src-renderer/bridge/session-key.ts';

const key = 'A_-'.repeat(14) + 'z';

describe('the key in the address', () => {
  beforeEach(() => {
    sessionStorage.clear();
  });

  it('is taken out of the address bar and kept for a reload', () => {
    location.hash = `#token=${key}`;

    expect(takeKey(window, sessionStorage)).toBe(key);
    expect(location.hash).toBe('#/');
    expect(takeKey(window, sessionStorage)).toBe(key);
  });

  it('leaves the page that was asked for beside it', () => {
    location.hash = `#token=${key}&to=/jobs/j87`;
    takeKey(window, sessionStorage);

    expect(location.hash).toBe('#/jobs/j87');
  });

  it('is not mistaken for anything shorter', () => {
    expect(keyIn('http://127.0.0.1:1/#token=short')).toBeUndefined();
  });
});
