// Spoilt envelopes in a process of their own, so that a hang, a crash or its memory can be seen from outside.
// ENVELOPE_FUZZ_RUNS=10000 for the full measure.
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import type { FuzzResult } from '../../envelopes/fuzz.ts';

const runs = Number(process.env['ENVELOPE_FUZZ_RUNS'] ?? 800);
const seed = Number(process.env['ENVELOPE_FUZZ_SEED'] ?? 1);

it(
  `takes ${runs} spoilt envelopes without a crash, a hang, a stray file or much memory`,
  { timeout: 60_000 + runs * 200 },
  async () => {
    const script = join(import.meta.dirname, '../../envelopes/fuzz.ts');
    const args = [script, String(runs), String(seed)];
    const { stdout } = await promisify(execFile)(process.execPath, args, { maxBuffer: 1e8 });
    const result = JSON.parse(stdout) as FuzzResult;
    expect(result.crashes).toEqual([]);
    expect(result.strays).toEqual([]);
    expect(result.slowestMs).toBeLessThan(5000);
    expect(result.peakMiB).toBeLessThan(300);
    // The changes are small enough that many still get through: the deep code was reached.
    expect(result.recognised).toBeGreaterThan(runs / 10);
    expect(result.refused).toBeGreaterThan(runs / 10);
  },
);
