// @vitest-environment happy-dom
import { expect, describe, it } from 'vitest';
import { config, flushPromises } from '@vue/test-utils';
import { defineComponent, h } from 'vue';
import type { AccountId, IncidentId, LauncherId, NoticeRuleId } from '#contract/ids';
import type { Incident, ListedNotice } from '#contract/model/notice';
import IncidentCard from '../../../src-renderer/components/router/IncidentCard.vue';
import { useAccounts } from '../../../src-renderer/stores/accounts.ts';
import { useLaunchers } from '../../../src-renderer/stores/launchers.ts';
import { useNotices } from '../../../src-renderer/stores/notices.ts';
import { mountWindow } from '../mount-window.ts';

const link = defineComponent({
  props: { to: { type: String, required: true } },
  setup:
    (props, { slots }) =>
    () =>
      h('a', { href: props.to }, slots['default']?.()),
});
config.global.stubs = { RouterLink: link };

const incident = (given: Partial<Incident>): Incident => ({
  id: 1 as IncidentId,
  ruleId: 'r' as NoticeRuleId,
  kind: 'diskLow',
  subject: '/archives',
  launcherId: null,
  accountId: null,
  code: 'diskLow',
  params: { path: '/archives', freeBytes: 5_000_000_000, minFreeBytes: 9_000_000_000 },
  openedAt: '2026-11-22T10:00:00.000Z',
  lastSeenAt: '2026-11-22T10:00:00.000Z',
  closedAt: null,
  outboxIds: [],
  untold: false,
  ...given,
});

async function show(given: Partial<Incident>, rule?: Partial<ListedNotice>) {
  const { wrapper } = mountWindow(
    IncidentCard,
    {},
    {
      'notices.list': () => [{ id: 'r', untold: null, ...rule } as never],
      'notices.incidents': () => [incident(given)],
      'accounts.list': () => [{ id: 'a1', name: 'Mairie' } as never],
      'launchers.list': () => [{ id: 'l1', description: 'Scanner' } as never],
    },
  );
  await Promise.all([useNotices().load(), useAccounts().load(), useLaunchers().load()]);
  await flushPromises();
  return wrapper.get('tbody tr');
}
const shown = async (given: Partial<Incident>): Promise<string> => (await show(given)).text();

describe('an incident', () => {
  it.each([
    ['an account', { accountId: 'a1' as AccountId }, ['/accounts/a1']],
    ['an account that was deleted', { accountId: 'a2' as AccountId }, []],
    ['a launcher', { launcherId: 'l1' as LauncherId }, ['/launchers/l1']],
    ['a launcher that was deleted', { launcherId: 'l2' as LauncherId }, []],
  ])('about %s opens its page, where there is one', async (_what, given, page) => {
    const row = await show(given);

    expect(row.findAll('a').map((one) => one.attributes('href'))).toEqual(page);
  });

  it('is said in the words of its mail', async () => {
    expect(await shown({})).toContain('Il ne reste que 5\u202fGo sur le volume de /archives');
  });

  it('that could not be mailed says so, why, and when it is tried again', async () => {
    const error = { kind: 'config', code: 'service.noConnector', params: { service: 'Courrier' } };
    const at = '2026-11-22T10:05:00.000Z';
    const untold = { error, since: at, nextTryAt: at } as ListedNotice['untold'];

    const text = (await show({ untold: true }, { untold })).text();

    expect(text).toContain('mail impossible à écrire');
    expect(text).toContain('« Courrier »');
    expect(text).toContain('Nouvel essai');
    expect(await shown({})).not.toContain('mail impossible');
  });

  it('gives its reason as a sentence, not as a code', async () => {
    const params = { launcher: 'Scanner', times: 4, reason: 'net.refused', host: 'a.fr', port: 9 };
    const text = await shown({ code: 'launcherFailed', params });

    expect(text).toContain("« Scanner » n'a pas abouti 4 fois de suite. a.fr refuse la connexion");
  });
});
