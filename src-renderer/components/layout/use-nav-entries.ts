// What the tree shows, from the stores: pages, each launcher with its protocol and state, each COLD job; and which entry the
// page in sight belongs to.
import { conditionWord } from '../base/condition-word.ts';
import { type Component, computed } from 'vue';
import { useRoute } from 'vue-router';
import { ConnectorType } from '#contract/model/router';
import { useTexts } from '../../i18n/texts.ts';
import { jobTitle, useJobs } from '../../stores/jobs.ts';
import { useLaunchers } from '../../stores/launchers.ts';
import { useNotices } from '../../stores/notices.ts';
import { useOutbox } from '../../stores/outbox.ts';
import { useRouting } from '../../stores/routing.ts';
import { useStatus } from '../../stores/status.ts';
import { launcherLook, type Tone } from '../base/tones.ts';
import {
  connectorIcons,
  jobIcon,
  type Page,
  pages,
  protocolIcon,
  routerPages,
} from './nav-entries.ts';

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
  const routing = useRouting();
  const outbox = useOutbox();
  const notices = useNotices();

  const launcherEntries = (): Entry[] =>
    launchers.list.map((one) => {
      const stands = status.of(one.id);
      return {
        to: `/launchers/${one.id}`,
        text: one.description,
        icon: protocolIcon(one.source.protocol),
        state: stands && {
          tone: launcherLook(stands).tone,
          word: say(conditionWord(stands.condition)),
        },
      };
    });
  const jobEntries = (): Entry[] =>
    jobs.list.map((one) => ({ to: `/jobs/${one.id}`, text: jobTitle(one), icon: jobIcon }));
  const pageEntry = ({ title, to, icon }: Page): Entry => ({ to, icon, text: say(title) });
  const serviceEntries = (): Entry[] =>
    routing.services.map((one) => ({
      to: `/services/${one.id}`,
      text: one.name,
      icon: routerPages.services.icon,
    }));
  const connectorEntries = (): Entry[] =>
    ConnectorType.options.map((type) => {
      const children = routing.connectors
        .filter((one) => one.config.type === type)
        .map((one) => ({
          to: `/connectors/${one.id}`,
          text: one.name,
          icon: connectorIcons[type],
        }));
      return {
        to: `/connectors/of/${type}`,
        text: say(`window.connectorType.${type}`),
        icon: connectorIcons[type],
        // Without instances there is nothing to open.
        ...(children.length > 0 ? { children } : {}),
      };
    });
  const childrenOf = (to: string): Partial<Entry> => {
    switch (to) {
      case '/launchers':
        return { children: launcherEntries() };
      case '/jobs':
        return { children: jobEntries() };
      case '/router':
        return {
          children: [
            { ...pageEntry(routerPages.services), children: serviceEntries() },
            { ...pageEntry(routerPages.connectors), children: connectorEntries() },
          ],
        };
      case '/outbox':
        return { count: outbox.troubled };
      case '/notices':
        return { count: notices.open.length };
      case '/quarantine':
        return { count: status.openCount('quarantined') };
      default:
        return {};
    }
  };
  const entries = computed<Entry[]>(() =>
    pages.map((page) => ({ ...pageEntry(page), ...childrenOf(page.to) })),
  );
  const all = computed(() => entries.value.flatMap(withChildren));
  const current = computed(() =>
    all.value
      .filter(({ to }) => route.path === to || route.path.startsWith(`${to === '/' ? '/-' : to}/`))
      .toSorted((a, b) => b.to.length - a.to.length)
      .at(0),
  );
  return { entries, current };
}

const withChildren = (entry: Entry): Entry[] => [
  entry,
  ...(entry.children ?? []).flatMap(withChildren),
];
