// Which mails are looked at at all.
import { afterAll, expect, it } from 'vitest';
import { MailFilter } from '#contract/model/mail-take';
import type { Launcher } from '#contract/model/launcher';
import { createFilterEngine } from '#core/filter/filter-engine';
import { judgeMails } from '#core/mail/mail-filter';

const engine = createFilterEngine();
afterAll(() => engine.close());
const signal = new AbortController().signal;
const now = new Date('2026-02-01T00:00:00Z');

const mail = (given: object = {}) => ({
  ...{ title: 'Facture 12', sizeBytes: 1000, receivedAt: '2026-01-31T00:00:00Z' },
  facts: {
    from: 'Jean <jean@example.org>',
    to: 'Dupont, Marie <marie@x.fr>, compta@y.fr',
    cc: 'Z <z@z.fr>',
  },
  ...given,
});

async function verdict(filter: object, given: object = {}): Promise<string> {
  const source = { protocol: 'pop', mailFilter: MailFilter.parse(filter) };
  const launcher = { source } as unknown as Launcher;
  const [reason] = await judgeMails(launcher, [mail(given)], { judge: engine.judge, now, signal });
  return reason?.code ?? 'taken';
}

it.each([
  [{}, 'taken'],
  [{ from: { include: '*@example.org' } }, 'taken'],
  [{ from: { include: 'jean@*' } }, 'taken'],
  [{ from: { include: 'Jean *' } }, 'taken'],
  [{ from: { include: '*@other.org' } }, 'filter.mailFrom'],
  [{ from: { exclude: '*@example.org' } }, 'filter.mailFrom'],
  [{ from: { include: '/.*@(example|other)\\.org$/' } }, 'taken'],
  [{ to: { include: 'compta@*' } }, 'taken'],
  [{ to: { include: 'marie@x.fr' } }, 'taken'],
  [{ to: { include: 'z@z.fr' } }, 'taken'],
  [{ to: { include: 'nobody@*' } }, 'filter.mailTo'],
  [{ subject: { include: '*facture*' } }, 'taken'],
  [{ subject: { include: 'devis*' } }, 'filter.mailSubject'],
  [{ subject: { exclude: '*12*' } }, 'filter.mailSubject'],
  [{ maxAgeDays: 2 }, 'taken'],
  [{ minBytes: 2000 }, 'filter.mailTooSmall'],
  [{ maxBytes: 500 }, 'filter.mailTooBig'],
])('%j: %s', async (filter, expected) => {
  expect(await verdict(filter)).toBe(expected);
});

it('leaves what is too old', async () => {
  expect(await verdict({ maxAgeDays: 10 }, { receivedAt: '2026-01-01T00:00:00Z' })).toBe(
    'filter.mailTooOld',
  );
});

it('judges texts only once they are known', async () => {
  const unread = { unread: true, title: '', facts: {} };
  expect(await verdict({ from: { include: '*@other.org' } }, unread)).toBe('taken');
  expect(await verdict({ maxBytes: 500 }, unread)).toBe('filter.mailTooBig');
});

it('is over soon with a recipient that is one long word', async () => {
  const to = 'a'.repeat(200_000);
  expect(await verdict({ to: { include: 'nobody@*' } }, { facts: { to } })).toBe('filter.mailTo');
}, 10_000);
