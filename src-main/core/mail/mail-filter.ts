// Which mails are looked at at all: sender, recipients, subject, age and size, beside the filter on file names. Whatever is not
// known before a mail is read is judged when it is.
import { isOnDisk } from '#contract/model/adullact-config';
import type { Reason } from '#contract/error-codes';
import type { FilterSpec } from '#contract/model/filter';
import type { Launcher } from '#contract/model/launcher';
import type { MailFilter } from '#contract/model/mail-take';
import type { Judge } from '../filter/filter-engine.ts';
import type { SourceItem } from '../sources/source.ts';

type Mail = Pick<SourceItem, 'title' | 'sizeBytes' | 'receivedAt' | 'facts' | 'unread'>;
type Means = { readonly judge: Judge; readonly now: Date; readonly signal: AbortSignal };

const DAY_MS = 86_400_000;

/** Why each is not looked at, in the same order; null = it is. Throws what the judge throws. */
export async function judgeMails(
  { source }: Pick<Launcher, 'source'>,
  mails: readonly Mail[],
  means: Means,
): Promise<readonly (Reason | null)[]> {
  if (isOnDisk(source)) return mails.map(() => null);
  const { mailFilter } = source;
  const reasons = mails.map((mail) => ofNumbers(mailFilter, mail, means.now));
  const texts = [
    {
      code: 'filter.mailFrom',
      spec: mailFilter.from,
      read: ({ facts: { from } }: Mail) => correspondents(from),
    },
    {
      code: 'filter.mailTo',
      spec: mailFilter.to,
      read: ({ facts: { to, cc } }: Mail) => correspondents([to, cc].filter(Boolean).join(', ')),
    },
    { code: 'filter.mailSubject', spec: mailFilter.subject, read: (mail: Mail) => [[mail.title]] },
  ];
  for (const { code, spec, read } of texts) {
    if (isEverything(spec)) continue;
    const open = [...mails.entries()].filter(([index, mail]) => !reasons[index] && isRead(mail));
    const refused = await judgeTexts(
      spec,
      open.map(([, mail]) => read(mail)),
      means,
    );
    for (const [place, [index]] of open.entries()) {
      if (refused[place]) reasons[index] = { code, params: refused[place] };
    }
  }
  return reasons;
}

const isEverything = ({ include, exclude }: FilterSpec) =>
  include.trim() === '' && exclude.trim() === '';

/** A mail that is only listed has no header yet. */
const isRead = ({ unread, facts }: Mail) => unread !== true || Object.keys(facts).length > 0;

function ofNumbers(filter: MailFilter, mail: Mail, now: Date): Reason | null {
  const { maxAgeDays, minBytes, maxBytes } = filter;
  const { sizeBytes, receivedAt } = mail;
  const { date = '' } = mail.facts;
  if (sizeBytes < minBytes) return { code: 'filter.mailTooSmall', params: { sizeBytes, minBytes } };
  if (maxBytes > 0 && sizeBytes > maxBytes) {
    return { code: 'filter.mailTooBig', params: { sizeBytes, maxBytes } };
  }
  const sentAt = Date.parse(receivedAt ?? date);
  if (maxAgeDays > 0 && now.getTime() - sentAt > maxAgeDays * DAY_MS) {
    return { code: 'filter.mailTooOld', params: { maxAgeDays } };
  }
  return null;
}

/** Each correspondent as `name <address>` and as the bare address; one that is nobody is an empty text. */
function correspondents(text = ''): readonly (readonly string[])[] {
  const each = text.split(/(?<=>|@[^\s,<>"]{1,255}), /);
  return each.map((one) => {
    // The local part has at most 64 octets (RFC 5321 §4.5.3.1.1); without a limit a long word without `@` is read again from each
    // of its characters.
    const address = /[^\s<>,;"@]{1,320}@[^\s<>,;"]+/.exec(one)?.[0];
    return address === undefined || address === one ? [one] : [one, address];
  });
}

/** For each mail why it is refused: one of its texts must be included, in one of its forms, and excluded in none. */
async function judgeTexts(
  spec: FilterSpec,
  mails: readonly (readonly (readonly string[])[])[],
  { judge, signal }: Means,
): Promise<readonly (Reason['params'] | null)[]> {
  const all = mails.flatMap((texts) => texts.flat());
  if (all.length === 0) return [];
  const verdicts = (await judge(spec, all, signal)).values();
  return mails.map((texts) => {
    let refusal: Reason['params'] = {};
    let isTaken = false;
    for (const forms of texts) {
      const own = forms.map(() => verdicts.next().value);
      const excluded = own.find((one) => one?.reason.code === 'filter.excluded');
      if (!excluded && own.some((one) => one?.accepted === true)) isTaken = true;
      else refusal = { ...(excluded ?? own[0])?.reason.params, text: forms[0] ?? '' };
    }
    return isTaken ? null : refusal;
  });
}
