// `lanceur repair`: the way out of a damaged database. Touches nothing while the database can be opened.
import { AppError } from '../../core/errors.ts';
import { createCore } from '../../core/create-core.ts';
import { repairStore } from '../../core/store/repair-store.ts';
import type { Command } from '../command.ts';
import { exitCodes } from '../exit-codes.ts';
import { createHeadlessPorts, type HeadlessPorts } from '../headless-ports.ts';
import { confirm } from './confirm.ts';
import { printJson } from './print-json.ts';

export const repair: Command = async (context) => {
  const { terminal, texts, surroundings, json } = context;
  const ports = await createHeadlessPorts(surroundings);
  if (!(await isDamaged(ports))) {
    terminal.note(texts.say('cli.repair.notNeeded'));
    return exitCodes.ok;
  }
  await confirm(context, texts.say('cli.repair.confirm', { path: surroundings.dataDir }));
  const { clock, logger } = ports;
  const done = repairStore({ dataDir: surroundings.dataDir, clock, logger });
  logger.close();
  if (json) {
    printJson(terminal, done);
    return exitCodes.warnings;
  }
  terminal.result(texts.say('cli.repair.kept', { path: done.kept }));
  terminal.result(texts.say(`cli.repair.${done.from}`, { count: done.rows }));
  terminal.result(texts.say('cli.repair.meaning'));
  return exitCodes.warnings;
};

/** Throws what else keeps the database from being opened: a program that holds it, a newer version. */
async function isDamaged(ports: HeadlessPorts): Promise<boolean> {
  try {
    await (await createCore(ports)).stop();
    return false;
  } catch (thrown) {
    if (thrown instanceof AppError && thrown.code === 'store.damaged') return true;
    throw thrown;
  }
}
