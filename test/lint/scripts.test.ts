// The npm scripts on a fresh clone, where Node 24 is there only once the packages are.
import { expect, it } from 'vitest';
import manifest from '../../package.json' with { type: 'json' };

it('starts Node anew after the set-up: a shell goes on with the one it found before', () => {
  const afterSetUp = Object.values(manifest.scripts)
    .filter((script) => script.startsWith('node test/set-up.mjs'))
    .map((script) => script.split('&&').slice(1).join('&&'));
  expect(afterSetUp.length).toBeGreaterThan(4);
  expect(afterSetUp.filter((script) => /(?:^|&&)\s*node\s/.test(script))).toEqual([]);
});
