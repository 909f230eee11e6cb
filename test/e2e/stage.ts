// For the suites: Chromium, and a town hall whose launchers ran once, behind a real `lanceur serve`; gone when the suite is over.
import { afterAll, beforeAll, describe } from 'vitest';
import type { Browser } from 'playwright-core';
import { makeTempDir, removeTempDir } from '../helpers/temp-dir.ts';
import { type DovecotServer, startDovecot } from '../servers/dovecot.ts';
import { whyMissing } from '../servers/required.ts';
import type { FaultySmtp } from '../servers/faulty-smtp.ts';
import { hasChromium, launchChromium } from './browser.ts';
import { openRouter, startTownMail } from './router-town.ts';
import { type Serve, startServe } from './serve.ts';
import {
  buildTown,
  mailInvoices,
  scan,
  scanTrouble,
  type Town,
  townConfiguration,
} from './town.ts';

export type Stage = {
  readonly browser: Browser;
  readonly town: Town;
  readonly dovecot: DovecotServer;
  /** Takes all mail but one address. */
  readonly smtp: FaultySmtp;
  readonly serve: Serve;
};

/** describe(), or skipped by name where Chromium or Dovecot is not there; never skipped with CI=true. */
export function describeWindow(title: string, suite: () => void): void {
  const missing = [hasChromium() ? undefined : 'chromium is not installed', whyMissing('dovecot')]
    .filter((why) => why !== undefined)
    .join('; ');
  if (missing === '') describe(title, suite);
  else if (process.env['CI'] === 'true') throw new Error(missing);
  else describe.skip(`${title} (${missing})`, suite);
}

/** `empty`: a program nobody has configured yet. */
export function useStage({ empty = false } = {}): () => Stage {
  let stage: Stage | undefined;
  let root = '';
  beforeAll(async () => {
    root = await makeTempDir();
    const town = buildTown(root);
    const [browser, dovecot, smtp] = await Promise.all([
      launchChromium(),
      startDovecot(),
      startTownMail(),
    ]);
    const serve = await startServe(town.dataDir);
    stage = { browser, town, dovecot, smtp, serve };
    if (!empty) await openTown(stage);
  });
  afterAll(async () => {
    await stage?.browser.close();
    await stage?.serve.stop();
    await stage?.dovecot.stop();
    await stage?.smtp.stop();
    await removeTempDir(root);
  });
  return () => {
    if (stage === undefined) throw new Error('useStage: no test is running');
    return stage;
  };
}

async function openTown({ town, dovecot, smtp, serve }: Stage): Promise<void> {
  await serve.call('configuration.import', {
    configuration: townConfiguration(town, dovecot),
    secrets: { courrier: dovecot.password },
  });
  await openRouter(serve, smtp);
  scan(town, 5, 'LUNDI');
  scanTrouble(town);
  await mailInvoices(dovecot);
  for (const id of ['scanner', 'factures', 'marches']) {
    await serve.call('runs.runToEnd', { id: id, once: true });
  }
}
