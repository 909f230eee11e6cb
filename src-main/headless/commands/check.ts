// `lanceur check <launcher>`: tries source and targets in named steps, with their time; changes nothing.
import type { CheckStep } from '#contract/model/check';
import type { Command } from '../command.ts';
import { type ExitCode, exitCodes, exitOfError, worstExit } from '../exit-codes.ts';
import { findLauncher } from './find-launcher.ts';
import { printJson } from './print-json.ts';
import { stepLines } from './say-check.ts';

export const check: Command = async (context) => {
  const { terminal, texts, signal, json } = context;
  const [wanted = ''] = context.arguments.positionals;
  const session = await context.session();
  const { id, description } = await findLauncher(session, wanted, texts.language);
  const report = await session.call('launchers.check', { id }, { signal });
  if (json) printJson(terminal, report);
  else {
    for (const step of report.steps) {
      for (const line of stepLines(step, texts)) terminal.result(line);
    }
    const end = report.ok ? 'cli.check.passed' : 'cli.check.failed';
    terminal.note(texts.say(end, { launcher: description }));
  }
  return worstExit(report.steps.map(exitOfStep));
};

export function exitOfStep(step: CheckStep): ExitCode {
  if (step.error !== null) return exitOfError(step.error);
  if (!step.ok) return exitCodes.away;
  return step.warning === null ? exitCodes.ok : exitCodes.warnings;
}
