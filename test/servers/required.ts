// Suites that need something which may be missing: skipped with the reason on a developer's machine and on Windows,
// failed on the build server (CI=true), where nothing may be skipped.
import { spawnSync } from 'node:child_process';
import { existsSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { describe, it } from 'vitest';

type Program = 'dovecot' | 'exim4' | 'stunnel' | 'openssl' | 'faketime' | 'cc';
export type Tool = Program | 'another volume';

/** Where it is there, it is another volume than that of temporary files. */
export const OTHER_VOLUME = '/dev/shm';

const HOW_TO_KNOW: Readonly<
  Record<Program, { readonly args: string[]; readonly expected: RegExp }>
> = {
  // 2.4 reads another configuration language.
  dovecot: { args: ['--version'], expected: /^2\.3\./ },
  exim4: { args: ['-bV'], expected: /Exim version 4\.9/ },
  stunnel: { args: ['-version'], expected: /^(?:\[ \] )*stunnel 5/m },
  openssl: { args: ['version'], expected: /^OpenSSL 3/ },
  faketime: { args: ['--version'], expected: /libfaketime|faketime/ },
  cc: { args: ['--version'], expected: /gcc|clang|Free Software Foundation/i },
};

/** describe(), or its skipped or failing stand-in when a tool is not there. */
export function describeWith(tools: readonly Tool[], title: string, suite: () => void): void {
  const missing = tools.flatMap((tool) => whyMissing(tool) ?? []);
  if (missing.length === 0) {
    describe(title, suite);
    return;
  }
  const why = missing.join('; ');
  if (process.env['CI'] === 'true' && process.platform !== 'win32') {
    describe(title, () => {
      it('has what it needs', () => {
        throw new Error(why);
      });
    });
    return;
  }
  process.stderr.write(`skipped: ${title}: ${why}\n`);
  describe.skip(`${title} (${why})`, suite);
}

/** Throws when the tool is missing; for a single test of a suite that can live without. */
export function requireTool(tool: Tool): void {
  const why = whyMissing(tool);
  if (why !== undefined) throw new Error(why);
}

/** Undefined when the tool is there in a version we can use. */
export function whyMissing(tool: Tool): string | undefined {
  if (tool === 'another volume') {
    const isThere =
      existsSync(OTHER_VOLUME) && statSync(OTHER_VOLUME).dev !== statSync(tmpdir()).dev;
    return isThere ? undefined : `${OTHER_VOLUME} is no other volume`;
  }
  const { args, expected } = HOW_TO_KNOW[tool];
  const path = `${process.env['PATH'] ?? ''}:/usr/sbin:/sbin`;
  const answer = spawnSync(tool, args, { encoding: 'utf8', env: { ...process.env, PATH: path } });
  if (answer.error) return `${tool} is not installed`;
  const text = `${answer.stdout}\n${answer.stderr}`.trim();
  return expected.test(text) ? undefined : `${tool} is of another version: ${text.slice(0, 60)}`;
}
