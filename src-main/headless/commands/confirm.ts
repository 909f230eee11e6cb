// "Are you sure" for what cannot be undone: `--yes`, or a yes typed on a terminal; scripts must say it.
import type { CommandContext } from '../command.ts';
import { declined } from '../terminal/ask-line.ts';
import { usageError } from '../usage-error.ts';

/** Throws AppError `question.declined` when the answer is not yes, usage.needsYes where nobody can be asked. */
export async function confirm(context: CommandContext, question: string): Promise<void> {
  const { terminal } = context;
  if (context.arguments.flag('yes')) return;
  if (terminal.ask === null) throw usageError('usage.needsYes');
  if (!(await isConfirmed(context, question))) throw declined();
}

/** Whether somebody typed a yes; false where nobody can be asked. */
export async function isConfirmed(
  { terminal, texts }: Pick<CommandContext, 'terminal' | 'texts'>,
  question: string,
): Promise<boolean> {
  const answer = (await terminal.ask?.(`${question} ${texts.say('cli.confirm.choice')} `)) ?? '';
  const yes = texts.say('cli.confirm.yes').split(' ');
  return yes.includes(answer.trim().toLowerCase());
}
