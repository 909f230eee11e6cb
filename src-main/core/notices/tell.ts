// Tells people: one mail for all that a rule found at once, and a notice on the desktop. Sentences come from the
// locales, in the program's own language. What could not be told is the caller's to remember.
import type { ErrorParams } from '#contract/error-codes';
import type { AccountId, ConnectorId, OutboxId } from '#contract/ids';
import type { NoticeRule } from '#contract/model/notice';
import type { Logger, Notifier } from '../ports.ts';
import { type AppError, toAppError } from '../errors.ts';
import { chooseConnector } from '../router/choose-connector.ts';
import type { TakeIn } from '../router/outbox/take-in.ts';
import type { Outbox } from '../router/outbox/outbox.ts';
import type { Store } from '../store/store.ts';
import { sayReason } from '#contract/texts/say-reason';
import type { Texts } from '#contract/texts/texts';

export type News = {
  readonly kind: 'opened' | 'lasting' | 'closed';
  readonly code: string;
  readonly params: ErrorParams;
  readonly subject: string;
  readonly openedAt: string;
  /** When it was found last; null = it is found now. */
  readonly foundUntil: string | null;
  /** Connectors that cannot carry it. */
  readonly connectorIds: readonly ConnectorId[];
  /** Where the reader can do something about it. */
  readonly accountId: AccountId | null;
};

export type TellParts = {
  readonly store: Pick<Store, 'router'>;
  readonly takeIn: Pick<TakeIn, 'take'>;
  readonly outbox: Pick<Outbox, 'poke'>;
  readonly notifier: Notifier;
  readonly logger: Logger;
};

/** Whether a mail was wanted, and could be handed to the outbox. */
export type Mailed =
  | { readonly kind: 'written'; readonly outboxId: OutboxId }
  | { readonly kind: 'notWanted' }
  | { readonly kind: 'failed'; readonly error: AppError };

export type Letter = { readonly subject: string; readonly text: string };

/** Never throws. */
export function tellDesktop(
  { notifier, logger }: TellParts,
  rule: NoticeRule,
  { news, texts }: { readonly news: readonly News[]; readonly texts: Texts },
): void {
  if (!rule.desktop) return;
  for (const one of news) {
    if (one.kind === 'lasting') continue;
    const code = one.kind === 'closed' ? 'notice.recovered' : 'notice.opened';
    const about = { event: rule.event.kind, subject: one.subject, ...accountOf(one) };
    try {
      notifier.notify(code, { text: sayNews(texts, one), ...about });
    } catch (thrown) {
      const { code: why, message } = toAppError(thrown);
      logger.log('error', why, { rule: rule.id, message });
    }
  }
}

/** What of it a mail of this rule is to carry. */
export const carriedBy = (
  parts: TellParts,
  rule: NoticeRule,
  news: readonly News[],
): readonly News[] =>
  rule.mail.enabled ? news.filter((one) => !isItsOwnCarrier(parts, rule, one)) : [];

export const letterOf = (texts: Texts, rule: NoticeRule, news: readonly News[]): Letter => ({
  subject: subjectOf(texts, news),
  text: bodyOf(texts, rule, news),
});

/** Never throws. `once`: never a second mail of that key; empty = always a new one. */
export async function mail(
  { takeIn, outbox, logger }: TellParts,
  rule: NoticeRule,
  { write, once }: { readonly write: () => Letter; readonly once: string },
): Promise<Mailed> {
  if (!rule.mail.enabled) return { kind: 'notWanted' };
  try {
    const { subject, text } = write();
    const outboxId = await takeIn.take(
      {
        serviceId: rule.mail.serviceId,
        to: rule.mail.to,
        cc: [],
        bcc: [],
        replyTo: '',
        subject,
        text,
        html: '',
        attachments: [],
        asker: { kind: 'alarm', ruleId: rule.id },
        once,
      },
      new AbortController().signal,
    );
    outbox.poke();
    return { kind: 'written', outboxId };
  } catch (thrown) {
    const error = toAppError(thrown);
    logger.log('error', 'notice.notMailed', { rule: rule.id, code: error.code });
    return { kind: 'failed', error };
  }
}

const accountOf = ({ accountId, params }: News) =>
  accountId === null || params['ended'] === 'accountDeleted' ? {} : { accountId };

/** A connector in trouble would take the news of its trouble into its own queue. */
function isItsOwnCarrier({ store }: TellParts, rule: NoticeRule, { connectorIds }: News): boolean {
  if (connectorIds.length === 0) return false;
  try {
    const { connector } = chooseConnector(store.router, 'mail', rule.mail.serviceId);
    return connectorIds.includes(connector.id);
  } catch {
    // No connector at all: the attempt to write the mail will say so.
    return false;
  }
}

export function sayNews(texts: Texts, { kind, code, params }: News): string {
  const reason = params['reason'];
  const said = typeof reason === 'string' ? sayReason(texts, { code: reason, params }) : '';
  const sentence = texts.say(`notice.event.${code}`, { ...params, reason: said });
  if (kind !== 'closed') return sentence;
  const ended = params['ended'];
  if (typeof ended !== 'string') return texts.say('notice.over', { event: sentence });
  return texts.say('notice.closed', {
    event: sentence,
    ending: texts.say(`notice.ended.${ended}`, params),
  });
}

const sayTime = (texts: Texts, { openedAt: since, foundUntil: until }: News): string =>
  until === null
    ? texts.say('notice.since', { since })
    : texts.say('notice.fromTo', { since, until });

function subjectOf(texts: Texts, news: readonly News[]): string {
  const [first] = news;
  if (first === undefined) return '';
  const isClosed = news.every((one) => one.kind === 'closed');
  const isWell = isClosed && news.every((one) => one.params['ended'] === undefined);
  const how = isWell ? 'over' : isClosed ? 'closed' : 'one';
  const params = {
    subject: first.subject,
    what: texts.say(`notice.title.${first.code}`),
    more: news.length - 1,
  };
  return texts.say(`notice.subject.${how}${news.length > 1 ? 'AndMore' : ''}`, params);
}

function bodyOf(texts: Texts, rule: NoticeRule, news: readonly News[]): string {
  const lines = news.flatMap((one) => [sayNews(texts, one), `  ${sayTime(texts, one)}`, '']);
  const name = rule.name || texts.say(`notice.kind.${rule.event.kind}`);
  return [...lines, '-- ', texts.say('notice.footer', { rule: name })].join('\n');
}
