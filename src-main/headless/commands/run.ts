// `lanceur run [launcher] [--once]`: the named launcher, or all that are enabled and not paused, to the end of
// their runs. One that fails does not keep the others from running. One that paused by itself is told each time, and counts:
// who hears of a task only by its exit code would take a mailbox that nobody empties for an empty one.
import type { ErrorBody } from '#contract/error-codes';
import type { Launcher } from '#contract/model/launcher';
import type { Run } from '#contract/model/run';
import { sayReason } from '#contract/texts/say-reason';
import { toErrorBody } from '../../core/errors.ts';
import type { Command, CommandContext } from '../command.ts';
import { exitCodes, exitOfError, exitOfRun, worstExit } from '../exit-codes.ts';
import type { Session } from '../session.ts';
import { findLauncher } from './find-launcher.ts';
import { printJson } from './print-json.ts';
import { showProgress } from './run-progress.ts';
import { sayError, sayRun } from './say-run.ts';

type Result =
  | { readonly launcher: Launcher; readonly run: Run }
  | { readonly launcher: Launcher; readonly error: ErrorBody; readonly isPaused: boolean };

export const run: Command = async (context) => {
  const { terminal, texts } = context;
  const session = await context.session();
  const launchers = await chosen(context, session);
  // Before the others run: one that pauses now tells of it by its run.
  const held = await pausedByThemselves(context, session);
  if (launchers.length === 0) terminal.note(texts.say('cli.run.none'));
  if (!context.json) for (const result of held) tell(context, result);
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
    const results = [...held, ...(await Promise.all(launchers.map(one)))];
    // What COLD jobs hand on: in this process nobody else would send it.
    if (!session.isRemote) {
      await session.call('outbox.flush', {}, { signal: context.signal });
      await session.call('program.tend', {}, { signal: context.signal });
    }
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

/** Of all launchers; one that is named runs though it is paused. */
async function pausedByThemselves(context: CommandContext, session: Session): Promise<Result[]> {
  if (context.arguments.positionals.length > 0) return [];
  const { launchers } = await session.call('status.get', {});
  const reasons = new Map(launchers.map((one) => [one.launcherId, one.pauseReason]));
  const all = await session.call('launchers.list', {});
  return all.flatMap((launcher) => {
    const error = reasons.get(launcher.id) ?? null;
    return launcher.enabled && error !== null ? [{ launcher, error, isPaused: true }] : [];
  });
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
    return { launcher, error: toErrorBody(thrown), isPaused: false };
  }
}

function tell({ terminal, texts }: CommandContext, result: Result): void {
  const { description } = result.launcher;
  if ('error' in result) {
    const sentence = sayReason(texts, result.error);
    const key = result.isPaused ? 'cli.run.paused' : 'cli.run.error';
    terminal.problem(texts.say(key, { launcher: description, sentence }));
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
  ...('error' in result ? { run: null, error: result.error } : { run: result.run }),
  exitCode: exitOf(result) satisfies (typeof exitCodes)[keyof typeof exitCodes],
});
