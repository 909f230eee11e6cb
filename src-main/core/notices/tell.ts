// Tells people: one mail for all that a rule found at once, and a notice on the desktop. Sentences come from the
// locales, in the program's own language.
import type { ErrorParams } from '#contract/error-codes';
import type { AccountId, ConnectorId, OutboxId } from '#contract/ids';
import type { NoticeRule } from '#contract/model/notice';
import type { Logger, Notifier } from '../ports.ts';
import { toAppError } from '../errors.ts';
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

/** The message, where one was written; null where mail is not wanted or cannot be had. Never throws. */
export async function tell(
  parts: TellParts,
  rule: NoticeRule,
  { news, texts }: { readonly news: readonly News[]; readonly texts: Texts },
): Promise<OutboxId | null> {
  if (news.length === 0) return null;
  if (rule.desktop) {
    for (const one of news) {
      if (one.kind === 'lasting') continue;
      const text = sayNews(texts, one);
      const code = one.kind === 'closed' ? 'notice.recovered' : 'notice.opened';
      const about = { event: rule.event.kind, subject: one.subject, ...accountOf(one) };
      parts.notifier.notify(code, { text, ...about });
    }
  }
  if (!rule.mail.enabled) return null;
  const carried = news.filter((one) => !isItsOwnCarrier(parts, rule, one));
  if (carried.length === 0) return null;
  return mail(parts, rule, {
    subject: subjectOf(texts, carried),
    text: bodyOf(texts, rule, carried),
  });
}

/** Never throws: an alarm that cannot be sent is logged, and stays an incident to be seen. */
export async function mail(
  { takeIn, outbox, logger }: TellParts,
  rule: NoticeRule,
  { subject, text }: { readonly subject: string; readonly text: string },
): Promise<OutboxId | null> {
  try {
    const id = await takeIn.take(
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
        once: '',
      },
      new AbortController().signal,
    );
    outbox.poke();
    return id;
  } catch (thrown) {
    const error = toAppError(thrown);
    logger.log('error', 'notice.notMailed', { rule: rule.id, code: error.code });
    return null;
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
  const lines = news.flatMap((one) => [
    sayNews(texts, one),
    `  ${texts.say('notice.since', { since: one.openedAt })}`,
    '',
  ]);
  const name = rule.name || texts.say(`notice.kind.${rule.event.kind}`);
  return [...lines, '-- ', texts.say('notice.footer', { rule: name })].join('\n');
}
