// `npm run test:windows`: the suites that touch Windows' own rules, run by the Windows build of Node under Wine. Prints what
// passes, what fails, and what Wine itself does otherwise; skipped by name where there is no Wine. Then the built program, the
// crash suite of the folder, and the installer (`programs`). On Windows it is vitest that runs the suites (`npm run test:system`).
import { spawnSync } from 'node:child_process';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { bundleSuites } from './build.ts';
import { deviations, excuse } from './deviations.ts';
import { systemSuites } from './suites.ts';
import { cache, hasWine, nodeProgram, prepareWine, wineEnvironment } from './wine.ts';

const root = join(import.meta.dirname, '../..');
const say = (text: string): void => void process.stdout.write(`${text}\n`);

type Results = {
  readonly passed: number;
  readonly failed: readonly string[];
  readonly skipped: readonly string[];
};

/** Titles of the tests that did not pass, the path of their groups before them, by the lines of TAP. */
export function readTap(tap: string): Results {
  const results: { as: 'passed' | 'failed' | 'skipped'; title: string }[] = [];
  const groups: string[] = [];
  for (const line of tap.split(/\r?\n/)) {
    const depth = (/^ */.exec(line)?.[0].length ?? 0) / 4;
    const begun = /^ *# Subtest: (.*)$/.exec(line)?.[1];
    if (begun !== undefined) {
      groups.length = depth;
      groups[depth] = begun;
    }
    const result = /^ *(not )?ok \d+ - (.*?)( # (?:SKIP|TODO).*)?$/.exec(line);
    if (result?.[2] !== undefined) {
      const title = [...groups.slice(0, depth), result[2]].join(' > ');
      const ended = result[1] === undefined ? 'passed' : 'failed';
      results.push({ as: result[3] === undefined ? ended : 'skipped', title });
    }
    // The result just told was that of a group, whose tests have been told before.
    if (/^ *type: 'suite'$/.test(line)) results.pop();
  }
  const titles = (as: string) => results.filter((one) => one.as === as).map(({ title }) => title);
  return { passed: titles('passed').length, failed: titles('failed'), skipped: titles('skipped') };
}

/** Excuses that no test needed: they would hide a fault to come. */
function needless(suite: string, { failed, skipped }: Results): string[] {
  const used = [...failed, ...skipped];
  return Object.keys(deviations[suite] ?? {}).filter(
    (part) => !used.some((title) => title.includes(part)),
  );
}

async function main(): Promise<number> {
  const chosen = process.argv.slice(2);
  if (!hasWine()) {
    say('test:windows is skipped: wine is not installed (Debian: apt-get install wine wine64).');
    return 0;
  }
  prepareWine();
  const suites = systemSuites().filter(
    (one) => chosen.length === 0 || chosen.some((part) => one.includes(part)),
  );
  const bundles = await bundleSuites(suites, join(cache, 'suites'));
  let [passed, failed, known] = [0, 0, 0];
  for (const [suite, file] of bundles) {
    const report = `${file}.tap`;
    // A console under Wine loses what is written: a file does not.
    const out = openSync(report, 'w');
    const run = spawnSync('wine', [nodeProgram, '--test-reporter=tap', relative(cache, file)], {
      cwd: cache,
      env: wineEnvironment,
      stdio: ['ignore', out, out],
      timeout: 240_000,
    });
    closeSync(out);
    const result = readTap(readFileSync(report, 'utf8'));
    const strange = result.failed.filter((title) => excuse(suite, title, 'wine') === undefined);
    passed += result.passed;
    known += result.failed.length - strange.length + result.skipped.length;
    // A suite that cannot even be loaded has no test that failed; one that hangs never ends its report.
    if (run.status === null) strange.push('did not end within its time');
    else if (result.passed + result.failed.length + result.skipped.length === 0)
      strange.push(`did not run (${run.status})`);
    failed += strange.length;
    say(`${strange.length === 0 ? 'ok  ' : 'FAIL'} ${suite}: ${result.passed} passed`);
    for (const title of strange) say(`       ${title}   (${relative(root, report)})`);
    for (const part of needless(suite, result)) say(`       needs no excuse here: ${part}`);
  }
  say(`${passed} passed, ${failed} failed, ${known} skipped`);
  // Whole programs under Wine, watched from here.
  const config = join(import.meta.dirname, 'programs/vitest.config.ts');
  const vitest = join(root, 'node_modules/vitest/vitest.mjs');
  const args = [vitest, 'run', '-c', config, '--passWithNoTests', ...chosen];
  const programs = spawnSync(process.execPath, args, { stdio: 'inherit' });
  return failed === 0 && programs.status === 0 ? 0 : 1;
}

if (import.meta.main) process.exitCode = await main();
