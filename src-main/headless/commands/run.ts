// `lanceur run [launcher] [--once]`: the named launcher, or all that are enabled and not paused, to the end of
// their runs. One that fails does not keep the others from running.
import type { Launcher } from '#contract/model/launcher';
import type { Run } from '#contract/model/run';
import { type AppError, toAppError, toErrorBody } from '../../core/errors.ts';
import type { Command, CommandContext } from '../command.ts';
import { exitCodes, exitOfError, exitOfRun, worstExit } from '../exit-codes.ts';
import type { Session } from '../session.ts';
import { findLauncher } from './find-launcher.ts';
import { printJson } from './print-json.ts';
import { showProgress } from './run-progress.ts';
import { sayError, sayRun } from './say-run.ts';

type Result =
  | { readonly launcher: Launcher; readonly run: Run }
  | { readonly launcher: Launcher; readonly error: AppError };

export const run: Command = async (context) => {
  const { terminal, texts } = context;
  const session = await context.session();
  const launchers = await chosen(context, session);
  if (launchers.length === 0) terminal.note(texts.say('cli.run.none'));
  const progress = showProgress(launchers, terminal, texts);
  const unsubscribe = session.on((name, payload) => {
    progress.take(name, payload);
  });
  try {
    const one = async (launcher: Launcher): Promise<Result> => {
      progress.begin(launcher.id);
      const result = await runOne(context, session, launcher);
      progress.end(launcher.id);
      if (!context.json) tell(context, result);
      return result;
    };
    const results = await Promise.all(launchers.map(one));
    // What COLD jobs hand on: in this process nobody else would send it.
    if (!session.isRemote) await session.call('outbox.flush', {}, { signal: context.signal });
    if (context.json) printJson(terminal, results.map(toJson));
    return worstExit(results.map(exitOf));
  } finally {
    unsubscribe();
    progress.close();
  }
};

async function chosen(context: CommandContext, session: Session): Promise<readonly Launcher[]> {
  const [wanted] = context.arguments.positionals;
  if (wanted !== undefined) return [await findLauncher(session, wanted, context.texts.language)];
  const all = await session.call('launchers.list', {});
  return all.filter((one) => one.enabled && !one.paused);
}

async function runOne(
  { arguments: { flag }, signal }: CommandContext,
  session: Session,
  launcher: Launcher,
): Promise<Result> {
  try {
    const input = { id: launcher.id, once: flag('once') };
    return { launcher, run: await session.call('runs.runToEnd', input, { signal }) };
  } catch (thrown) {
    return { launcher, error: toAppError(thrown) };
  }
}

function tell({ terminal, texts }: CommandContext, result: Result): void {
  const { description } = result.launcher;
  if ('error' in result) {
    terminal.problem(sayError(texts, description, result.error));
    return;
  }
  terminal.result(sayRun(texts, description, result.run));
  if (result.run.error !== null) terminal.problem(sayError(texts, description, result.run.error));
}

const exitOf = (result: Result) =>
  'error' in result ? exitOfError(result.error) : exitOfRun(result.run);

const toJson = (result: Result) => ({
  launcherId: result.launcher.id,
  description: result.launcher.description,
  ...('error' in result ? { run: null, error: toErrorBody(result.error) } : { run: result.run }),
  exitCode: exitOf(result) satisfies (typeof exitCodes)[keyof typeof exitCodes],
});
