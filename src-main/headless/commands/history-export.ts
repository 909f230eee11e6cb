// `lanceur history export FILE`: the history as CSV.
import { resolve } from 'node:path';
import type { Command } from '../command.ts';
import { exitCodes } from '../exit-codes.ts';
import { findLauncher } from './find-launcher.ts';
import { printJson } from './print-json.ts';

export const historyExport: Command = async (context) => {
  const { terminal, texts, json, signal } = context;
  const [file = ''] = context.arguments.positionals;
  // A `serve` that does the work lives in another working directory.
  const path = resolve(context.workingDir, file);
  const wanted = context.arguments.text('launcher');
  const session = await context.session();
  const launcher =
    wanted === undefined ? undefined : await findLauncher(session, wanted, texts.language);
  const input = { path, ...(launcher === undefined ? {} : { launcherId: launcher.id }) };
  const { rows } = await session.call('history.export', input, { signal });
  if (json) printJson(terminal, { path, rows });
  else terminal.note(texts.say('cli.history.exported', { count: rows, path }));
  return exitCodes.ok;
};
