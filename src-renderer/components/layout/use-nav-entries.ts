// What the tree shows, from the stores: pages, each launcher with its protocol and state, each COLD job; and which entry the
// page in sight belongs to.
import { conditionWord } from '../base/condition-word.ts';
import { type Component, computed } from 'vue';
import { useRoute } from 'vue-router';
import { useTexts } from '../../i18n/texts.ts';
import { jobTitle, useJobs } from '../../stores/jobs.ts';
import { useLaunchers } from '../../stores/launchers.ts';
import { useStatus } from '../../stores/status.ts';
import { conditionLooks, type Tone } from '../base/tones.ts';
import { pages, protocolIcon } from './nav-entries.ts';

export type Entry = {
  readonly to: string;
  readonly text: string;
  readonly icon: Component;
  readonly state?: { readonly tone: Tone; readonly word: string } | undefined;
  readonly count?: number;
  readonly children?: Entry[];
};

export function useNavEntries() {
  const { say } = useTexts();
  const route = useRoute();
  const launchers = useLaunchers();
  const jobs = useJobs();
  const status = useStatus();

  const childrenOf = (to: string): Partial<Entry> => {
    if (to === '/launchers' && launchers.list.length > 0) {
      return {
        children: launchers.list.map((one) => {
          const condition = status.of(one.id)?.condition;
          return {
            to: `/launchers/${one.id}`,
            text: one.description,
            icon: protocolIcon(one.source.protocol),
            state: condition && {
              tone: conditionLooks[condition].tone,
              word: say(conditionWord(condition)),
            },
          };
        }),
      };
    }
    if (to === '/jobs' && jobs.list.length > 0) {
      const icon = pages[2].icon;
      return {
        children: jobs.list.map((one) => ({ to: `/jobs/${one.id}`, text: jobTitle(one), icon })),
      };
    }
    return to === '/quarantine' ? { count: status.openCount('quarantined') } : {};
  };
  const entries = computed<Entry[]>(() =>
    pages.map(({ title, to, icon }) => ({ to, icon, text: say(title), ...childrenOf(to) })),
  );
  const all = computed(() => entries.value.flatMap((one) => [one, ...(one.children ?? [])]));
  const current = computed(() =>
    all.value
      .filter(({ to }) => route.path === to || route.path.startsWith(`${to === '/' ? '/-' : to}/`))
      .toSorted((a, b) => b.to.length - a.to.length)
      .at(0),
  );
  return { entries, current };
}
