// The real desktop program, driven by Playwright: where Electron's binary is (npx install-electron, or
// ELECTRON_OVERRIDE_DIST_PATH), skipped by name where it is not.
import { join } from 'node:path';
import { describe } from 'vitest';
import { _electron, type ElectronApplication, type Page } from 'playwright-core';
import type { CallInput, CallName, CallOutput } from '#contract/calls';
import type { DesktopBridge } from '#contract/desktop';
// @ts-expect-error -- the starter, in plain JavaScript
import { electronProgram } from '../../../src-main/electron/start.mjs';

const root = join(import.meta.dirname, '../../..');
const find = electronProgram as () => string | undefined;

/** describe(), or skipped by name where the binary is not there; never skipped with CI=true. */
export function describeDesktop(title: string, suite: () => void): void {
  if (find() !== undefined) {
    describe(title, suite);
    return;
  }
  const why = 'Electron is not installed: npx install-electron';
  if (process.env['CI'] === 'true') throw new Error(why);
  describe.skip(`${title} (${why})`, suite);
}

export type RealDesktop = {
  readonly app: ElectronApplication;
  readonly page: Page;
  readonly call: <N extends CallName>(name: N, input: CallInput<N>) => Promise<CallOutput<N>>;
  readonly stop: () => Promise<void>;
};

export async function startRealDesktop(dataDir: string): Promise<RealDesktop> {
  const app = await _electron.launch({
    executablePath: find() ?? '',
    args: [root, `--data=${dataDir}`, ...(process.platform === 'linux' ? ['--no-sandbox'] : [])],
    env: { ...process.env, LANG: 'fr_FR.UTF-8' },
  });
  const page = await app.firstWindow();
  await page.locator('main h1').first().waitFor({ state: 'attached' });
  const call: RealDesktop['call'] = async (name, input) => {
    const reply = await page.evaluate(
      ([calledName, given]) =>
        (window as unknown as { bridge: DesktopBridge }).bridge.call('test', calledName, given),
      [name, JSON.parse(JSON.stringify(input)) as unknown] as const,
    );
    const { ok, value, error } = reply as { ok: boolean; value: unknown; error: unknown };
    if (!ok) throw new Error(`${name}: ${JSON.stringify(error)}`);
    return value as CallOutput<typeof name>;
  };
  return { app, page, call, stop: () => app.close() };
}

export const electronBinary = find;
