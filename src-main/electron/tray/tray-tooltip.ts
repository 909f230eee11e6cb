// The tray's tooltip: how things stand, the last run's result, the next run. Windows cuts after 127 characters, in the
// middle of a word; here names are shortened first, and whole lines left out last. Pure, but for the machine's time zone.
import type { LauncherStatus, Status } from '#contract/model/status';
import type { Texts } from '#contract/texts/texts';
import type { TrayFacts } from './tray-model.ts';

export const TOOLTIP_LIMIT = 127;
const NAME_LENGTHS = [40, 24, 14, 8];

export function trayTooltip(facts: TrayFacts, texts: Texts): string {
  for (const length of NAME_LENGTHS) {
    const text = lines(facts, texts, length).join('\n');
    if (text.length <= TOOLTIP_LIMIT) return text;
  }
  const whole = lines(facts, texts, NAME_LENGTHS.at(-1) ?? 8);
  while (whole.length > 1 && whole.join('\n').length > TOOLTIP_LIMIT) whole.pop();
  return whole.join('\n').slice(0, TOOLTIP_LIMIT);
}

function lines(
  { engine, reason, status, now }: TrayFacts,
  { say, language }: Texts,
  length: number,
): string[] {
  const head = (state: string): string => say('desktop.tooltip.head', { state });
  if (engine === 'down') {
    return [
      head(say('desktop.engineDown')),
      ...(reason === null ? [] : [shorten(reason, length * 2)]),
    ];
  }
  if (engine !== 'alive' || status === null) {
    return [head(say(engine === 'stopping' ? 'desktop.stopping' : 'desktop.starting'))];
  }
  const when = (iso: string): string => shortInstant(iso, now, language);
  const last = newest(status.launchers);
  const next = soonest(status.launchers);
  return [
    status.pausedUntil === null
      ? head(say(`condition.${status.condition}`))
      : say('desktop.tooltip.pausedUntil', { at: when(status.pausedUntil) }),
    ...(last === undefined
      ? []
      : [
          say('desktop.tooltip.last', {
            name: shorten(last.description, length),
            result: resultOf(last, say),
            at: when(last.lastRun?.endedAt ?? ''),
          }),
        ]),
    ...(next?.nextRunAt == null
      ? []
      : [
          say('desktop.tooltip.next', {
            name: shorten(next.description, length),
            at: when(next.nextRunAt),
          }),
        ]),
  ];
}

function resultOf({ lastRun }: LauncherStatus, say: Texts['say']): string {
  if (lastRun === null) return '';
  if (lastRun.outcome !== 'done') return say(`outcome.${lastRun.outcome}`);
  return say('desktop.tooltip.documents', { count: lastRun.counts.documents });
}

const newest = (launchers: Status['launchers']): LauncherStatus | undefined =>
  [...launchers]
    .filter((one) => one.lastRun?.endedAt != null)
    .sort((a, b) => ((a.lastRun?.endedAt ?? '') < (b.lastRun?.endedAt ?? '') ? 1 : -1))[0];

const soonest = (launchers: Status['launchers']): LauncherStatus | undefined =>
  [...launchers]
    .filter((one) => one.nextRunAt !== null)
    .sort((a, b) => ((a.nextRunAt ?? '') < (b.nextRunAt ?? '') ? -1 : 1))[0];

/** `10:40`; with the day where it is not within the hours around now. */
function shortInstant(iso: string, now: Date, language: string): string {
  const at = new Date(iso);
  if (Number.isNaN(at.getTime())) return '';
  const isSoon = Math.abs(at.getTime() - now.getTime()) < 20 * 3_600_000;
  return new Intl.DateTimeFormat(
    language,
    isSoon ? { timeStyle: 'short' } : { dateStyle: 'short', timeStyle: 'short' },
  ).format(at);
}

function shorten(text: string, most: number): string {
  const line = text.replace(/\s+/g, ' ').trim();
  return line.length > most ? `${line.slice(0, most - 1).trimEnd()}…` : line;
}
