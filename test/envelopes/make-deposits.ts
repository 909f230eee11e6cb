// `node test/envelopes/make-deposits.ts DIR`: complete Pastell deposits on disk, each value of each option once for
// each kind, to be looked through or to be classified.
import { mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { type DepositOptions, depositDefaults, oneOptionEach } from './deposit-options.ts';
import { makeDeposit, writeDeposit } from './make-deposit.ts';

function nameOf(options: DepositOptions): string {
  const changed = Object.entries(options).filter(
    ([key, value]) => key !== 'kind' && value !== depositDefaults[key as keyof DepositOptions],
  );
  const what = changed.map(([key, value]) => `${key}=${String(value)}`).join(' ') || 'usual';
  return join(options.kind, what);
}

if (import.meta.main) {
  const folder = process.argv[2];
  if (folder === undefined) {
    process.stdout.write('usage: make-deposits.ts DIR\n');
    process.exitCode = 2;
  } else {
    let count = 0;
    for (const options of oneOptionEach()) {
      const place = join(resolve(folder), nameOf(options));
      mkdirSync(place, { recursive: true });
      await writeDeposit(place, makeDeposit(options));
      count++;
    }
    process.stdout.write(`${count} deposits in ${resolve(folder)}\n`);
  }
}
