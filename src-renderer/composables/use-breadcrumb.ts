// Where the reader is: the page, and before it what it belongs to; the thing itself by its own name.
import { computed } from 'vue';
import { useRoute } from 'vue-router';
import { useTexts } from '../i18n/texts.ts';
import { useJobs } from '../stores/jobs.ts';
import { useLaunchers } from '../stores/launchers.ts';
import { useRouting } from '../stores/routing.ts';

export type Crumb = { readonly text: string; readonly to?: { readonly name: string } };

export function useBreadcrumb() {
  const route = useRoute();
  const { say } = useTexts();
  const launchers = useLaunchers();
  const jobs = useJobs();
  const routing = useRouting();

  const ownName = (): string | undefined => {
    const id = String(route.params['id'] ?? '');
    if (route.name === 'launcher') return launchers.byId(id)?.description;
    if (route.name === 'job') return jobs.byId(id) && jobs.titleOf(id);
    if (route.name === 'service') return routing.service(id)?.name;
    if (route.name === 'connector') return routing.connector(id)?.name;
    if (route.name === 'message') return say('window.outbox.number', { id });
    return route.name === 'item' ? say('window.item.number', { id }) : undefined;
  };
  return computed<readonly Crumb[]>(() => {
    const { title, parent } = route.meta;
    if (title === undefined) return [];
    const above =
      parent === undefined ? [] : [{ text: say(parent.title), to: { name: parent.name } }];
    return [...above, { text: ownName() ?? say(title) }];
  });
}
