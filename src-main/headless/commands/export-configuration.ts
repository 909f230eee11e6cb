// `lanceur export [FILE]`: the whole configuration as JSON, without secrets.
import { randomBytes } from 'node:crypto';
import { rename, rm, stat, writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { ConfigError } from '../../core/errors.ts';
import type { Command } from '../command.ts';
import { exitCodes } from '../exit-codes.ts';
import { fileFault } from '../file-fault.ts';
import { printJson } from './print-json.ts';

export const exportConfiguration: Command = async (context) => {
  const { terminal, texts } = context;
  const [file] = context.arguments.positionals;
  const configuration = await (await context.session()).call('configuration.export', {});
  if (file === undefined || file === '-') {
    printJson(terminal, configuration);
    return exitCodes.ok;
  }
  const path = resolve(context.workingDir, file);
  await writeWhole(path, `${JSON.stringify(configuration, null, 2)}\n`);
  const { launchers, jobs, accounts, services, connectors, notices } = configuration;
  const counts = {
    launchers: launchers.length,
    jobs: jobs.length,
    accounts: accounts.length,
    router: services.length + connectors.length,
    notices: notices.length,
  };
  terminal.note(texts.say('cli.export.done', { path, ...counts }));
  return exitCodes.ok;
};

async function writeWhole(path: string, text: string): Promise<void> {
  try {
    const there = await stat(path).catch(() => undefined);
    if (there === undefined || there.isFile()) await replaceFile(path, text);
    // A device or a pipe (`/dev/stdout`) takes the text; a file put in its place would be the end of it.
    else await writeFile(path, text);
  } catch (cause) {
    throw new ConfigError(
      'configuration.notWritten',
      { path, reason: fileFault(cause) },
      { cause },
    );
  }
}

/** The file that was there stays until the new one is complete. */
async function replaceFile(path: string, text: string): Promise<void> {
  const draft = `${path}.${randomBytes(4).toString('hex')}.tmp`;
  try {
    await writeFile(draft, text, { flag: 'wx', flush: true });
    await rename(draft, path);
  } catch (thrown) {
    await rm(draft, { force: true });
    throw thrown;
  }
}
