// One look by one rule: what is wrong now, what of it is news, who is told. A rule writes at most one mail in ten minutes;
// what comes in between, and what could not be written, goes with the next: the book of incidents remembers it.
import type { NoticeRuleId } from '#contract/ids';
import type { Incident, NoticeRule } from '#contract/model/notice';
import type { Emitter } from '../emitter.ts';
import { toAppError } from '../errors.ts';
import type { Clock } from '../ports.ts';
import type { OpenIncident } from '../store/notice-repo.ts';
import type { Store } from '../store/store.ts';
import { loadTexts, ownLanguage } from '../texts/load-texts.ts';
import { endOf } from './end-of.ts';
import { type Booked, bookFindings, type Changes } from './incident-book.ts';
import { findings, type LookContext } from './look.ts';
import { summaryDue, writeSummary } from './summary.ts';
import {
  carriedBy,
  letterOf,
  mail,
  type Mailed,
  type News,
  tellDesktop,
  type TellParts,
} from './tell.ts';
import type { UntoldBook } from './untold.ts';

export type WatchParts = {
  readonly tellParts: TellParts;
  readonly store: Store;
  readonly clock: Clock;
  readonly emitter: Emitter;
  readonly untold: UntoldBook;
  /** What the desktop showed and the store could not note yet. */
  readonly shown: Set<string>;
  /** Monotonic. */
  readonly toldAtMs: Map<NoticeRuleId, number>;
};

const MAIL_MS = 10 * 60_000;

/** Throws what store and disks throw: the next look begins anew. */
export async function watchRule(
  parts: WatchParts,
  rule: NoticeRule,
  context: LookContext,
): Promise<void> {
  if (rule.event.kind === 'dailySummary') return summarize(parts, rule, context.now);
  const { store, clock, emitter, untold, toldAtMs } = parts;
  const found = await findings(rule.event, context);
  const changes = book(parts, rule, () =>
    bookFindings(store.notices, rule, { found, now: context.now }),
  );
  const over = await conclude(rule, changes.gone, context);
  if (changes.isNew) emitter.emit('notices.changed', {});
  const opened = changes.opened.map((one) => pending('opened', one));
  const lasting = changes.lasting.map((one) => pending('lasting', one));
  const waiting = [...opened, ...lasting, ...over];
  const last = toldAtMs.get(rule.id) ?? Number.NEGATIVE_INFINITY;
  const isTime = waiting.length > 0 && clock.monotonicMs() - last >= MAIL_MS;
  const fresh = isTime ? waiting : [];
  const owed = owedOf(parts, rule, { fresh, open: changes.open });
  if (owed.length === 0 && untold.of(rule.id) !== null && waiting.length === 0) {
    untold.over(rule.id);
    emitter.emit('notices.changed', {});
  }
  if (!isTime && (owed.length === 0 || !untold.mayTry(rule.id))) return;
  await tellAll(parts, rule, { fresh, owed, at: context.now.toISOString() });
}

/** A store that cannot be written cannot take a mail either: that is shown, and tried again. */
function book(parts: WatchParts, { id }: NoticeRule, work: () => Changes): Changes {
  try {
    return work();
  } catch (thrown) {
    if (parts.untold.mayTry(id)) parts.untold.failed(id, toAppError(thrown));
    throw thrown;
  }
}

type Pending = {
  readonly incident: OpenIncident;
  readonly news: News;
  /** The end of what nobody was told of is told to nobody. */
  readonly isToBeTold: boolean;
};

/** What a mail is still owed about and is no news by itself. */
function owedOf(
  { store }: WatchParts,
  { id }: NoticeRule,
  { fresh, open }: { readonly fresh: readonly Pending[]; readonly open: readonly Booked[] },
): Pending[] {
  return store.notices
    .owed(id)
    .filter((one) => !fresh.some(({ incident }) => incident.id === one.id))
    .map((incident) => {
      const finding = open.find((one) => one.incident.id === incident.id)?.finding;
      return pending(incident.closedAt === null ? 'opened' : 'closed', { incident, finding });
    });
}

async function tellAll(
  parts: WatchParts,
  rule: NoticeRule,
  given: {
    readonly fresh: readonly Pending[];
    readonly owed: readonly Pending[];
    readonly at: string;
  },
): Promise<void> {
  const { tellParts, store, clock, emitter, untold, toldAtMs } = parts;
  const { fresh, owed, at } = given;
  const told = fresh.filter((one) => one.isToBeTold);
  const nowMs = clock.monotonicMs();
  if (told.length > 0) toldAtMs.set(rule.id, nowMs);
  const texts = await loadTexts(ownLanguage(store.settings.get()));
  const unseen = told.filter(({ news, incident }) => note(parts, news.kind, incident));
  tellDesktop(tellParts, rule, { news: unseen.map((one) => one.news), texts });
  const carried = carriedBy(
    tellParts,
    rule,
    [...told, ...owed].map((one) => one.news),
  );
  const mailed: Mailed =
    carried.length === 0
      ? { kind: 'notWanted' }
      : await mail(tellParts, rule, { write: () => letterOf(texts, rule, carried), once: '' });
  if (mailed.kind === 'failed') untold.failed(rule.id, mailed.error);
  else untold.over(rule.id);
  if (mailed.kind === 'written') toldAtMs.set(rule.id, nowMs);
  for (const { incident, news } of [...told, ...owed]) {
    const isCarried = carried.includes(news);
    const outboxId = isCarried && mailed.kind === 'written' ? mailed.outboxId : null;
    const isOwed = isCarried && mailed.kind === 'failed';
    store.notices.told(incident.id, at, { outboxId, isOwed });
  }
  for (const { incident, news } of fresh) {
    if (news.kind === 'closed') store.notices.close(incident.id, news.params, at);
    parts.shown.delete(`${incident.id} ${news.kind}`);
  }
  emitter.emit('notices.changed', {});
}

/** Whether the desktop has not shown it yet. */
function note({ shown }: WatchParts, kind: News['kind'], { id }: Incident): boolean {
  const key = `${id} ${kind}`;
  if (shown.has(key)) return false;
  shown.add(key);
  return true;
}

/** What is over, and how; what nobody can know stays open. */
async function conclude(
  rule: NoticeRule,
  gone: readonly OpenIncident[],
  context: LookContext,
): Promise<Pending[]> {
  const all: Pending[] = [];
  for (const incident of gone) {
    const end = await endOf(rule, incident, context);
    if (end.kind === 'unknown') continue;
    const how = end.kind === 'ended' ? { ...end.params, ended: end.code } : {};
    const params = { ...incident.params, ...how };
    const isSilent = end.kind === 'ended' && end.code === 'messagesStay';
    const isToBeTold = incident.toldAt !== null && !isSilent;
    all.push({ ...pending('closed', { incident: { ...incident, params } }), isToBeTold });
  }
  return all;
}

async function summarize(parts: WatchParts, rule: NoticeRule, now: Date): Promise<void> {
  if (rule.event.kind !== 'dailySummary') return;
  const { tellParts, store, emitter, untold, shown } = parts;
  const memory = store.notices.memory(rule.id);
  const day = summaryDue(rule.event, memory['day'], now);
  if (day === null || !untold.mayTry(rule.id)) return;
  const texts = await loadTexts(ownLanguage(store.settings.get()));
  const since = new Date(memory['at'] ?? now.getTime() - 24 * 3_600_000);
  const summary = writeSummary(store, texts, { since, now });
  const key = `summary ${rule.id} ${day}`;
  // A cut before it is noted does not write it twice.
  const mailed = await mail(tellParts, rule, { write: () => summary, once: key });
  if (rule.desktop && !shown.has(key)) {
    const { subject } = summary;
    tellParts.notifier.notify('notice.opened', { text: subject, event: rule.event.kind, subject });
  }
  shown.add(key);
  if (mailed.kind === 'failed') untold.failed(rule.id, mailed.error);
  else {
    untold.over(rule.id);
    store.notices.remember(rule.id, { day, at: now.toISOString() });
    shown.delete(key);
  }
  emitter.emit('notices.changed', {});
}

function pending(kind: News['kind'], { incident, finding }: Booked): Pending {
  const { code, params, subject, openedAt, lastSeenAt, accountId } = incident;
  const connectorIds = finding?.connectorIds ?? [];
  const foundUntil = finding === undefined ? lastSeenAt : null;
  const news = { kind, code, params, subject, openedAt, foundUntil, connectorIds, accountId };
  return { incident, news, isToBeTold: true };
}
