// The daily summary: what each launcher brought since the last one, what waits, what is open.
import type { LauncherId } from '#contract/ids';
import type { NoticeEvent } from '#contract/model/notice';
import type { Store } from '../store/store.ts';
import type { Texts } from '#contract/texts/texts';
import { at as instantOf } from './opening-hours.ts';
import { dayKey } from './silence.ts';

type Summary = Extract<NoticeEvent, { kind: 'dailySummary' }>;

/** The local day it is due for; null = not now. Told once a day, late where the program slept. */
export function summaryDue(event: Summary, lastDay: string | undefined, now: Date): string | null {
  const today = dayKey(now);
  if (lastDay === today || now < instantOf(now, event.at)) return null;
  return event.weekdays.some((one) => one % 7 === now.getDay()) ? today : null;
}

export function writeSummary(
  store: Store,
  texts: Texts,
  { since, now }: { readonly since: Date; readonly now: Date },
): { readonly subject: string; readonly text: string } {
  const sinceText = since.toISOString();
  const lines: string[] = [texts.say('notice.summary.head', { since: sinceText }), ''];
  for (const launcher of store.launchers.list()) {
    const count = delivered(store, launcher.id, sinceText);
    const open = store.items.openCounts(launcher.id);
    const failed = store.noticeFacts.failedRuns(launcher.id, sinceText);
    const waiting = (open['quarantined'] ?? 0) + (open['unrouted'] ?? 0);
    lines.push(
      texts.say('notice.summary.launcher', { launcher: launcher.description, count }),
      ...(waiting > 0 ? [`  ${texts.say('notice.summary.waiting', { count: waiting })}`] : []),
      ...(failed > 0 ? [`  ${texts.say('notice.summary.failed', { count: failed })}`] : []),
    );
  }
  const mails = store.outbox.counts();
  const stuck = mails.failed + mails.unknown;
  const pending = mails.queued + mails.retrying + mails.sending;
  lines.push('', texts.say('notice.summary.outbox', { pending, stuck }));
  const incidents = store.notices.incidents({ open: true, limit: 100 });
  lines.push('', texts.say('notice.summary.incidents', { count: incidents.length }));
  for (const { subject, code, openedAt } of incidents) {
    const what = texts.say(`notice.title.${code}`);
    lines.push(`  ${texts.say('notice.summary.incident', { subject, what, since: openedAt })}`);
  }
  return {
    subject: texts.say('notice.summary.subject', { day: dayKey(now) }),
    text: lines.join('\n'),
  };
}

const delivered = (store: Store, id: LauncherId, since: string): number =>
  store.noticeFacts.deliveredByHour(id, since).reduce((sum, one) => sum + one.count, 0);
