// @vitest-environment happy-dom
import { expect, describe, it } from 'vitest';
import { flushPromises } from '@vue/test-utils';
import type { IncidentId, NoticeRuleId } from '#contract/ids';
import type { Incident } from '#contract/model/notice';
import IncidentCard from '../../../src-renderer/components/router/IncidentCard.vue';
import { useNotices } from '../../../src-renderer/stores/notices.ts';
import { mountWindow } from '../mount-window.ts';

const incident = (given: Partial<Incident>): Incident => ({
  id: 1 as IncidentId,
  ruleId: 'r' as NoticeRuleId,
  kind: 'diskLow',
  subject: '/archives',
  launcherId: null,
  code: 'diskLow',
  params: { path: '/archives', freeBytes: 5_000_000_000, minFreeBytes: 9_000_000_000 },
  openedAt: '2026-11-22T10:00:00.000Z',
  lastSeenAt: '2026-11-22T10:00:00.000Z',
  closedAt: null,
  outboxIds: [],
  ...given,
});

async function shown(given: Partial<Incident>): Promise<string> {
  const { wrapper } = mountWindow(
    IncidentCard,
    {},
    {
      'notices.list': () => [],
      'notices.incidents': () => [incident(given)],
    },
  );
  await useNotices().load();
  await flushPromises();
  return wrapper.get('tbody tr').text();
}

describe('an incident', () => {
  it('is said in the words of its mail', async () => {
    expect(await shown({})).toContain('Il ne reste que 5\u202fGo sur le volume de /archives');
  });

  it('gives its reason as a sentence, not as a code', async () => {
    const params = { launcher: 'Scanner', times: 4, reason: 'net.refused', host: 'a.fr', port: 9 };
    const text = await shown({ code: 'launcherFailed', params });

    expect(text).toContain("« Scanner » n'a pas abouti 4 fois de suite. a.fr refuse la connexion");
  });
});
