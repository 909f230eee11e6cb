// `lanceur schedule next "<7 columns>"…`: what a schedule says in words, and its next instants in local time.
import { type Schedule, scheduleColumns } from '#contract/model/schedule';
import { sayPhrases } from '../../core/schedule/describe-rule.ts';
import type { Command } from '../command.ts';
import { exitCodes } from '../exit-codes.ts';
import { usageError } from '../usage-error.ts';
import { printJson } from './print-json.ts';

export const scheduleNext: Command = async (context) => {
  const { terminal, texts, json } = context;
  const count = context.arguments.integer('count', { min: 1, max: 100 });
  const schedule = readRows(context.arguments.positionals);
  const session = await context.scratch();
  const input = { schedule, ...(count === undefined ? {} : { count }) };
  const answer = await session.call('schedule.next', input, { signal: context.signal });
  if (json) {
    printJson(terminal, answer);
    return exitCodes.ok;
  }
  for (const phrases of answer.words) terminal.result(`• ${sayPhrases(phrases, texts.say)}`);
  const format = new Intl.DateTimeFormat(texts.language, {
    dateStyle: 'full',
    timeStyle: 'medium',
  });
  for (const instant of answer.instants) terminal.result(`  ${format.format(new Date(instant))}`);
  return exitCodes.ok;
};

/** Seven words a row, in the order of the form; what is in them is for the core to judge. */
function readRows(texts: readonly string[]): Schedule {
  return texts.map((text) => {
    const words = text.trim().split(/\s+/);
    const [years, months, weekdays, days, hours, minutes, seconds, ...rest] = words;
    if (seconds === undefined || rest.length > 0) {
      const params = { text, found: words.length, wanted: scheduleColumns.length };
      throw usageError('usage.scheduleColumns', params);
    }
    return {
      years: years ?? '',
      months: months ?? '',
      weekdays: weekdays ?? '',
      days: days ?? '',
      hours: hours ?? '',
      minutes: minutes ?? '',
      seconds,
    };
  });
}
