import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ErrorBody } from '#contract/error-codes';
import { scheduleColumns, schedulePresets } from '#contract/model/schedule';
import { toErrorBody } from '#core/errors';
import { checkSchedule } from '#core/schedule/check-schedule';
import { describeRule, sayPhrases } from '#core/schedule/describe-rule';
import { parseRow } from '#core/schedule/parse-rule';
import { readLocale } from './locale.ts';
import { row } from './rules.ts';

const french = readLocale('fr');
const english = readLocale('en');

const inFrench = (text: string) => plain(sayPhrases(describeRule(parseRow(row(text))), french.say));
const inEnglish = (text: string) =>
  plain(sayPhrases(describeRule(parseRow(row(text))), english.say));

/** Non-breaking blanks read like others. */
function plain(text: string): string {
  return text.replace(/\u00a0/g, ' ');
}

describe('a rule in words', () => {
  it.each([
    ['* * * * * * 0', 'toutes les minutes', 'every minute'],
    ['* * * * * * *', 'toutes les secondes', 'every second'],
    ['* * * * * * */15', 'toutes les 15 secondes', 'every 15 seconds'],
    ['* * * * * */5 0', 'toutes les 5 minutes', 'every 5 minutes'],
    ['* * * * * 0 0', 'toutes les heures', 'every hour'],
    ['* * * * * 5 0', 'toutes les heures, à la minute 5', 'every hour, at minute 5'],
    ['* * * * */2 0 0', 'toutes les 2 heures', 'every 2 hours'],
    ['* * * * */3 10 0', 'toutes les 3 heures, à la minute 10', 'every 3 hours, at minute 10'],
    ['* * * * 8 30 0', 'tous les jours, à 8 h 30', 'every day, at 8:30'],
    ['* * * * 8,18 0 0', 'tous les jours, à 8 h, à 18 h', 'every day, at 8:00, at 18:00'],
    ['* * * * 8 5 7', 'tous les jours, à 8 h 05 min 07 s', 'every day, at 8:05:07'],
    ['* * 1-5 * 8 30 0', 'du lundi au vendredi, à 8 h 30', 'from Monday to Friday, at 8:30'],
    ['* * 1 * 8 30 0', 'le lundi, à 8 h 30', 'on Monday, at 8:30'],
    ['* * 0,6 * 9 0 0', 'du samedi au dimanche, à 9 h', 'from Saturday to Sunday, at 9:00'],
    ['* * 2,4 * 9 0 0', 'le mardi, le jeudi, à 9 h', 'on Tuesday, on Thursday, at 9:00'],
    ['* * * 1 8 0 0', 'le 1er de chaque mois, à 8 h', 'on the 1st of each month, at 8:00'],
    ['* * * 15 8 0 0', 'le 15 de chaque mois, à 8 h', 'on day 15 of each month, at 8:00'],
    [
      '* * * 1,15 8 0 0',
      'les jours 1, 15 de chaque mois, à 8 h',
      'on days 1, 15 of each month, at 8:00',
    ],
    ['* 1 * 1 8 0 0', 'le 1er janvier, à 8 h', 'on 1 January, at 8:00'],
    ['* 12 * 31 23 59 0', 'le 31 décembre, à 23 h 59', 'on 31 December, at 23:59'],
    [
      '* 4-6 * 1-7 8 0 0',
      'les jours 1–7 du mois, entre avril et juin compris, à 8 h',
      'on days 1–7 of the month, from April to June, at 8:00',
    ],
    ['* 8 * * 8 0 0', 'en août, à 8 h', 'in August, at 8:00'],
    [
      '* * 5 13 8 0 0',
      "le 13 de chaque mois, seulement si c'est un vendredi, à 8 h",
      'on day 13 of each month, only if it is a Friday, at 8:00',
    ],
    [
      '2027-2029 1 * 1 8 0 0',
      'le 1er janvier, en 2027–2029, à 8 h',
      'on 1 January, in 2027–2029, at 8:00',
    ],
    [
      '* * 1-5 * 8-17 */5 0',
      'toutes les 5 minutes, de 8 h à 17 h 59, du lundi au vendredi',
      'every 5 minutes, from 8:00 to 17:59, from Monday to Friday',
    ],
    [
      '* * * * 8-11,14-17 * */15',
      'toutes les 15 secondes, de 8 h à 11 h 59, de 14 h à 17 h 59',
      'every 15 seconds, from 8:00 to 11:59, from 14:00 to 17:59',
    ],
    [
      '* * * * */2 */5 0',
      'toutes les 5 minutes, pendant les heures 0, 2, 4 … 22',
      'every 5 minutes, during the hours 0, 2, 4 … 22',
    ],
    ['* * * * * 5,20 0', 'toutes les heures, aux minutes 5, 20', 'every hour, at minutes 5, 20'],
    [
      '* * * * * */7 0',
      'toutes les heures, aux minutes 0, 7, 14 … 56',
      'every hour, at minutes 0, 7, 14 … 56',
    ],
    ['* * * * * * 30', 'toutes les minutes, à la seconde 30', 'every minute, at second 30'],
    ['* * * * * 0 */20', 'toutes les 20 secondes, à la minute 0', 'every 20 seconds, at minute 0'],
    [
      '* * * * * 0 10,12',
      'toutes les heures, à la minute 0, aux secondes 10, 12',
      'every hour, at minute 0, at seconds 10, 12',
    ],
    ['* * * * 8-18 0 0', 'toutes les heures, de 8 h à 18 h 59', 'every hour, from 8:00 to 18:59'],
  ])('%s', (text, fr, en) => {
    expect([inFrench(text), inEnglish(text)]).toEqual([fr, en]);
  });

  it('comes as codes and parameters, with names of days and months as keys', () => {
    expect(describeRule(parseRow(row('* * 1-5 * 8 30 0')))).toEqual([
      {
        code: 'schedule.words.onWeekdays',
        params: { from: 'schedule.weekday.1', to: 'schedule.weekday.5' },
      },
      { code: 'schedule.words.atHourMinute', params: { hour: 8, minute: '30' } },
    ]);
  });
});

describe('two rules that differ', () => {
  it('never read the same', () => {
    const anyOf = (...texts: readonly string[]) => fc.constantFrom(...texts);
    const anyRow = fc.record({
      years: anyOf('*', '*/2', '2027', '2027-2029', '2027,2029'),
      months: anyOf('*', '*/2', '1', '1-3', '1,3', '12'),
      weekdays: anyOf('*', '0', '1', '1-5', '6-7', '1,3'),
      days: anyOf('*', '*/2', '1', '1,2', '1,15', '1-7', '31'),
      hours: anyOf('*', '*/2', '*/12', '0', '8', '8,9', '8-18', '8-11,14-17', '1-23/2'),
      minutes: anyOf('*', '*/5', '*/7', '0', '5', '0,5', '0-30', '1-59/2'),
      seconds: anyOf('*', '*/15', '0', '7', '0,7', '5-10', '*/2'),
    });
    const column = fc.constantFrom(...scheduleColumns);
    fc.assert(
      fc.property(anyRow, anyRow, column, (one, other, changed) => {
        const first = parseRow(one);
        const second = parseRow({ ...one, [changed]: other[changed] });
        const isSame = JSON.stringify(first.values) === JSON.stringify(second.values);
        const firstSaid = sayPhrases(describeRule(first), french.say);
        const secondSaid = sayPhrases(describeRule(second), french.say);
        expect(firstSaid === secondSaid).toBe(isSame);
      }),
      { numRuns: 3000 },
    );
  });
});

describe('both languages', () => {
  it('have a word for each preset', () => {
    for (const { code } of schedulePresets) {
      expect(french.say(`schedule.preset.${code}`)).not.toBe('');
      expect(english.say(`schedule.preset.${code}`)).not.toBe('');
    }
  });

  it.each([
    ['* * * * * * '],
    [`* * * * * * ${'0,'.repeat(101)}0`],
    ['* * * * * * x'],
    ['* * * * * * 60'],
    ['* * * * * * 9-1'],
    ['* * * * * * */0'],
    ['* * * * * * */90'],
    ['* 2 * 31 * * 0'],
    ['2027 2 * 29 * * 0'],
    ['2027 1 7 1 * * 0'],
    ['2020 * * * * * 0'],
  ])('have a sentence for the refusal of "%s" that names row and column', (text) => {
    const { code, params, field } = refusalOf(text);
    const column = field?.split('.').at(-1) ?? '';
    for (const { say } of [french, english]) {
      const sentence = say(`errors.${code}`, params);
      expect(sentence).toContain(say(`schedule.column.${column}`));
      expect(plain(sentence)).toMatch(/(ligne|row) 1/);
    }
  });

  function refusalOf(text: string): ErrorBody {
    try {
      checkSchedule([row(text)], new Date(2026, 10, 22));
    } catch (thrown) {
      return toErrorBody(thrown);
    }
    throw new Error('was accepted');
  }
});
