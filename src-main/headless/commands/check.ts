// `lanceur check <launcher>`: tries source and targets in named steps, with their time; changes nothing. With
// --account it tries a mail session instead.
import type { Command } from '../command.ts';
import { worstExit } from '../exit-codes.ts';
import { usageError } from '../usage-error.ts';
import { checkSession } from './check-session.ts';
import { exitOfStep } from './exit-of-step.ts';
import { findLauncher } from './find-launcher.ts';
import { printJson } from './print-json.ts';
import { stepLines } from './say-check.ts';
import { tlsHint } from './tls-hint.ts';

export const check: Command = async (context) => {
  const { terminal, texts, signal, json } = context;
  if (context.arguments.text('account') !== undefined) return await checkSession(context);
  const [wanted] = context.arguments.positionals;
  if (wanted === undefined) throw usageError('usage.missingArgument', { command: 'check' });
  const session = await context.session();
  const { id, description, source } = await findLauncher(session, wanted, texts.language);
  const report = await session.call('launchers.check', { id }, { signal });
  if (json) printJson(terminal, report);
  else {
    for (const step of report.steps) {
      for (const line of stepLines(step, texts)) terminal.result(line);
    }
    if (source.protocol === 'imap' || source.protocol === 'pop') {
      const protocol = source.protocol === 'pop' ? 'pop3' : 'imap';
      const hint = tlsHint(report.steps, source.server, { protocol, texts });
      if (hint !== null) terminal.note(hint);
    }
    const isWarned = report.steps.some(({ warning }) => warning !== null);
    const passed = isWarned ? 'cli.check.warned' : 'cli.check.passed';
    terminal.note(texts.say(report.ok ? passed : 'cli.check.failed', { launcher: description }));
  }
  return worstExit(report.steps.map(exitOfStep));
};
