// A session over the core in this process, without schedulers: it does what it is asked, and ends.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createCore } from '../core/create-core.ts';
import { ConfigError } from '../core/errors.ts';
import { fileFault } from './file-fault.ts';
import { createHeadlessPorts, type HeadlessPortsOptions } from './headless-ports.ts';
import type { Session } from './session.ts';
import { typedCall } from '../core/api/typed-call.ts';

export async function openLocalSession(options: HeadlessPortsOptions): Promise<Session> {
  const ports = await createHeadlessPorts(options);
  const core = await createCore(ports);
  return {
    call: typedCall(core.call),
    on: core.on,
    isRemote: false,
    close: async () => {
      await core.stop();
      ports.logger.close();
    },
  };
}

/** One on a folder that is thrown away: for questions about filters and schedules, which need no data of anybody. */
export async function openScratchSession(
  options: Omit<HeadlessPortsOptions, 'dataDir'>,
): Promise<Session> {
  const dataDir = await makeTemporary();
  const remove = () =>
    rm(dataDir, { recursive: true, force: true, maxRetries: 10, retryDelay: 50 });
  try {
    const session = await openLocalSession({ ...options, dataDir });
    return { ...session, close: () => session.close().finally(remove) };
  } catch (thrown) {
    await remove();
    throw thrown;
  }
}

/** Throws ConfigError `data.noTemporary` {path, reason}. */
async function makeTemporary(): Promise<string> {
  const path = tmpdir();
  try {
    return await mkdtemp(join(path, 'lanceur-'));
  } catch (cause) {
    throw new ConfigError('data.noTemporary', { path, reason: fileFault(cause) }, { cause });
  }
}
