import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { LOOK_AT_YOUNG_SPACE } from '../../../helpers/young-space.ts';

const module = join(import.meta.dirname, '../../../../src-main/core/files/threads/small-heap.ts');

/** MB of the young space after each line. */
function youngSpaceAfter(lines: readonly string[]): unknown {
  const script = `
    import v8 from 'node:v8';
    import { keepHeapSmall } from ${JSON.stringify(module)};
    ${LOOK_AT_YOUNG_SPACE}
    v8.setFlagsFromString('--semi-space-growth-factor=1');
    const found = [];
    ${lines.map((line) => `${line}; found.push(lookAtYoungSpace());`).join('\n')}
    console.log(JSON.stringify(found));`;
  const args = [
    '--expose-gc',
    '--input-type=module',
    '--disable-warning=ExperimentalWarning',
    '--eval',
    script,
  ];
  return JSON.parse(execFileSync(process.execPath, args, { encoding: 'utf8' }));
}

describe('a heap kept small', () => {
  it('has its room for short-lived objects again afterwards, and never more', () => {
    // Collected first: no marking is under way then.
    const lines = ['keepHeapSmall(true)', 'gc(); keepHeapSmall(false)', ''];

    expect(youngSpaceAfter(lines)).toEqual([1, 4, 4]);
  });
});
