// What somebody who helps from afar needs to see, as one text: versions, settings, state, configuration, runs, journal, and the
// end of the log. Secrets are never in any of these; addresses and paths of the log are redacted there already.
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { About, Settings } from '#contract/model/settings';

const LOG_FILES = 3;
const MOST_LOG_CHARS = 400_000;

export type BundleParts = {
  readonly about: About;
  readonly settings: Settings;
  readonly status: unknown;
  readonly configuration: unknown;
  readonly runs: unknown;
  readonly journal: unknown;
  readonly logDir: string;
  readonly now: Date;
};

export async function supportBundle({ logDir, now, ...content }: BundleParts) {
  const log = await lastLines(logDir);
  const made = {
    madeAt: now.toISOString(),
    ...content,
    settings: hideProxy(content.settings),
    log,
  };
  const stamp = now.toISOString().slice(0, 16).replace(/[-:]/g, '').replace('T', '-');
  return { name: `lanceur-support-${stamp}.json`, text: `${JSON.stringify(made, null, 1)}\n` };
}

/** A proxy's address may hold a user and a password. */
function hideProxy(settings: Settings): Settings {
  const url = settings.proxy.url.replace(/\/\/[^@/]*@/, '//…@');
  return { ...settings, proxy: { ...settings.proxy, url } };
}

async function lastLines(folder: string): Promise<readonly string[]> {
  const names = await readdir(folder).catch(() => []);
  const logs = names
    .filter((name) => /^lanceur-.*\.log$/.test(name))
    .toSorted()
    .slice(-LOG_FILES);
  let text = '';
  for (const name of logs) {
    // Removed meanwhile because of its age: the newer ones matter.
    text += await readFile(join(folder, name), 'utf8').catch(() => '');
  }
  return text
    .slice(-MOST_LOG_CHARS)
    .split('\n')
    .filter((line) => line !== '');
}
