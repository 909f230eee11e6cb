// From what is wrong now to incidents with a beginning and an end: which are to be told, which seem over. An incident
// that comes and goes within minutes is one. What was not told yet comes again at the next look, in whatever life of
// the program.
import type { NoticeRule } from '#contract/model/notice';
import type { NoticeRepo, OpenIncident } from '../store/notice-repo.ts';
import type { Finding } from './finding.ts';

export type Booked = {
  readonly incident: OpenIncident;
  /** Absent where it is not found just now. */
  readonly finding?: Finding | undefined;
};

export type Changes = {
  /** Whether the book has a new entry. */
  readonly isNew: boolean;
  /** All that is in the book and not over. */
  readonly open: readonly Booked[];
  /** Not told yet. */
  readonly opened: readonly Booked[];
  /** Told before, and due to be told again because they last. */
  readonly lasting: readonly Booked[];
  /** Not found any more for a while; still open in the book. */
  readonly gone: readonly OpenIncident[];
};

/** So long must all be well before it is said. */
export const WELL_MS = 10 * 60_000;

export function bookFindings(
  repo: NoticeRepo,
  rule: NoticeRule,
  { found, now }: { readonly found: readonly Finding[]; readonly now: Date },
): Changes {
  const at = now.toISOString();
  const before = repo.openIncidents(rule.id);
  const kind = rule.event.kind;
  const booked = found.map((finding): Booked => {
    const { connectorIds: _carriers, ...entry } = finding;
    const { code, params } = finding;
    const known = before.find((one) => one.key === finding.key);
    if (known === undefined) {
      return { incident: repo.add({ ...entry, ruleId: rule.id, kind, at }), finding };
    }
    repo.see(known.id, code, params, at);
    return { incident: { ...known, code, params, lastSeenAt: at }, finding };
  });
  const keys = new Set(found.map((one) => one.key));
  const missing = before.filter((one) => !keys.has(one.key));
  const isOver = (one: OpenIncident): boolean =>
    now.getTime() - Date.parse(one.lastSeenAt) >= WELL_MS;
  // What comes and goes between two mails goes with the next.
  const brief = missing.filter((one) => !isOver(one));
  const open = [...booked, ...brief.map((incident): Booked => ({ incident }))];
  return {
    isNew: booked.length + missing.length > before.length,
    open,
    opened: open.filter(({ incident }) => incident.toldAt === null),
    lasting: booked.filter(({ incident }) => isReminderDue(rule, incident.toldAt, now)),
    gone: missing.filter(isOver),
  };
}

function isReminderDue({ remindHours }: NoticeRule, toldAt: string | null, now: Date): boolean {
  if (remindHours === 0 || toldAt === null) return false;
  return now.getTime() - Date.parse(toldAt) >= remindHours * 3_600_000;
}
