// Builders for schedule tests: rules in EzGED's order of columns, instants as local time.
import { scheduleColumns, type ScheduleRow } from '#contract/model/schedule';
import { parseSchedule, type ParsedSchedule } from '#core/schedule/parse-rule';

/** `years months weekdays days hours minutes seconds`, separated by blanks. */
export function row(text: string): ScheduleRow {
  const parts = text.split(' ');
  if (parts.length !== scheduleColumns.length) throw new Error(`seven columns wanted: ${text}`);
  const columns = scheduleColumns.map((name, i) => [name, parts[i]]);
  return Object.fromEntries(columns) as ScheduleRow;
}

export function rules(...texts: readonly string[]): ParsedSchedule {
  return parseSchedule(texts.map(row));
}

/** `2027-03-28 03:00:00+02`: local time with its offset, so that both passes of a repeated hour differ. */
export function local(instant: Date): string {
  const two = (value: number) => String(value).padStart(2, '0');
  const date = [instant.getFullYear(), two(instant.getMonth() + 1), two(instant.getDate())].join(
    '-',
  );
  const time = [instant.getHours(), instant.getMinutes(), instant.getSeconds()].map(two).join(':');
  return `${date} ${time}+${two(-instant.getTimezoneOffset() / 60)}`;
}

/** UTC ms of `2027-03-28T03:00:00+02:00`, or of local time without an offset. */
export function ms(iso: string): number {
  const instant = Date.parse(iso);
  if (Number.isNaN(instant)) throw new Error(`not an instant: ${iso}`);
  return instant;
}
