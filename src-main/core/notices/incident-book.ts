// From what is wrong now to incidents with a beginning and an end: which are new, which are over. An incident that
// comes and goes within minutes is one.
import type { NoticeRule } from '#contract/model/notice';
import type { NoticeRepo, OpenIncident } from '../store/notice-repo.ts';
import type { Finding } from './finding.ts';

export type Changes = {
  readonly opened: readonly { readonly incident: OpenIncident; readonly finding: Finding }[];
  /** Told before, and told again because they last. */
  readonly lasting: readonly { readonly incident: OpenIncident; readonly finding: Finding }[];
  readonly closed: readonly OpenIncident[];
};

/** So long must all be well before it is said. */
export const WELL_MS = 10 * 60_000;

export function bookFindings(
  repo: NoticeRepo,
  rule: NoticeRule,
  { found, now }: { readonly found: readonly Finding[]; readonly now: Date },
): Changes {
  const at = now.toISOString();
  const open = new Map(repo.openIncidents(rule.id).map((one) => [one.key, one]));
  const opened: Changes['opened'][number][] = [];
  const lasting: Changes['lasting'][number][] = [];
  for (const finding of found) {
    const { key, subject, launcherId, code, params } = finding;
    const before = open.get(key);
    if (before === undefined) {
      const given = {
        ruleId: rule.id,
        kind: rule.event.kind,
        key,
        subject,
        launcherId,
        code,
        params,
        at,
      };
      opened.push({ incident: repo.add(given), finding });
      continue;
    }
    repo.see(before.id, code, params, at);
    // Found by a program that was cut before it could tell of it.
    if (before.toldAt === null) opened.push({ incident: { ...before, code, params }, finding });
    else if (isReminderDue(rule, before.toldAt, now))
      lasting.push({ incident: { ...before, code, params }, finding });
  }
  const keys = new Set(found.map((one) => one.key));
  const closed = [...open.values()].filter(
    (one) => !keys.has(one.key) && now.getTime() - Date.parse(one.lastSeenAt) >= WELL_MS,
  );
  for (const one of closed) repo.close(one.id, at);
  return { opened, lasting, closed };
}

function isReminderDue({ remindHours }: NoticeRule, toldAt: string, now: Date): boolean {
  return remindHours > 0 && now.getTime() - Date.parse(toldAt) >= remindHours * 3_600_000;
}
