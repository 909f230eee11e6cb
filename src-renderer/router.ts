// The pages and their addresses. Addresses lie after `#`, so that they survive a reload wherever the files are served from.
import { createRouter, createWebHashHistory, type Router, type RouteRecordRaw } from 'vue-router';
import type { TextKey } from './i18n/keys.ts';
import DashboardView from './views/DashboardView.vue';

declare module 'vue-router' {
  interface RouteMeta {
    /** Title of the page in the breadcrumb; pages of one thing add its name. */
    readonly title: TextKey;
    readonly parent?: { readonly name: string; readonly title: TextKey };
    /** Fetches the page's own part of the program. */
    readonly load?: () => Promise<unknown>;
  }
}

type View = () => Promise<unknown>;
type Parent = { readonly name: string; readonly title: TextKey };

const page = (path: string, name: string, title: TextKey, component: View): RouteRecordRaw => ({
  path,
  name,
  component,
  meta: { title, load: component },
});
const below = (parent: Parent, route: RouteRecordRaw, title: TextKey): RouteRecordRaw => ({
  ...route,
  meta: { ...route.meta, title, parent },
});

/** A list, the page of one record, and the same page for a new one. */
function records(options: {
  readonly path: string;
  /** `job`: names are `jobs`, `job`, `job-new`. */
  readonly name: string;
  readonly list: { readonly title: TextKey; readonly view: View };
  readonly one: { readonly title: TextKey; readonly view: View; readonly tail?: string };
  readonly fresh: { readonly title: TextKey; readonly tail?: string };
}): RouteRecordRaw[] {
  const { path, name, list, one, fresh } = options;
  const parent = { name: `${name}s`, title: list.title };
  const single = (way: string, as: string, title: TextKey): RouteRecordRaw =>
    below(parent, page(way, as, title, one.view), title);
  return [
    page(path, parent.name, list.title, list.view),
    single(`${path}/new${fresh.tail ?? ''}`, `${name}-new`, fresh.title),
    single(`${path}/:id${one.tail ?? ''}`, name, one.title),
  ];
}

const history = { name: 'history', title: 'window.nav.history' } as const;
const outbox = { name: 'outbox', title: 'window.nav.outbox' } as const;

const routes: RouteRecordRaw[] = [
  {
    path: '/',
    name: 'dashboard',
    component: DashboardView,
    meta: { title: 'window.nav.dashboard' },
  },
  page('/start', 'start', 'window.nav.start', () => import('./views/StartView.vue')),
  ...records({
    path: '/launchers',
    name: 'launcher',
    list: { title: 'window.nav.launchers', view: () => import('./views/LauncherListView.vue') },
    one: {
      title: 'window.launcher.single',
      view: () => import('./views/LauncherView.vue'),
      tail: '/:tab(settings|preview|runs|journal)?',
    },
    fresh: { title: 'window.launcher.new', tail: '/:protocol(folder|imap|pop|o365|adullact)' },
  }),
  ...records({
    path: '/jobs',
    name: 'job',
    list: { title: 'window.nav.jobs', view: () => import('./views/JobListView.vue') },
    one: { title: 'window.job.single', view: () => import('./views/JobView.vue') },
    fresh: { title: 'window.job.new' },
  }),
  page(
    '/accounts/:id?',
    'accounts',
    'window.nav.accounts',
    () => import('./views/AccountListView.vue'),
  ),
  page('/router', 'router', 'window.nav.router', () => import('./views/RouterHomeView.vue')),
  ...records({
    path: '/services',
    name: 'service',
    list: { title: 'window.nav.services', view: () => import('./views/ServiceListView.vue') },
    one: { title: 'window.service.single', view: () => import('./views/ServiceView.vue') },
    fresh: { title: 'window.service.new' },
  }),
  page(
    '/connectors/of/:type(smtp|office365)',
    'connectors-of',
    'window.nav.connectors',
    () => import('./views/ConnectorListView.vue'),
  ),
  ...records({
    path: '/connectors',
    name: 'connector',
    list: { title: 'window.nav.connectors', view: () => import('./views/ConnectorListView.vue') },
    one: { title: 'window.connector.single', view: () => import('./views/ConnectorView.vue') },
    fresh: { title: 'window.connector.new', tail: '/:type(smtp|office365)' },
  }),
  page('/outbox', 'outbox', 'window.nav.outbox', () => import('./views/OutboxView.vue')),
  below(
    outbox,
    page(
      '/outbox/:id(\\d+)',
      'message',
      'window.outbox.single',
      () => import('./views/MessageView.vue'),
    ),
    'window.outbox.single',
  ),
  below(
    outbox,
    page('/compose', 'compose', 'window.compose.title', () => import('./views/ComposeView.vue')),
    'window.compose.title',
  ),
  ...records({
    path: '/notices',
    name: 'notice',
    list: { title: 'window.nav.notices', view: () => import('./views/NoticeListView.vue') },
    one: { title: 'window.notice.single', view: () => import('./views/NoticeView.vue') },
    fresh: { title: 'window.notice.new' },
  }),
  page(
    '/history/:tab(items|runs|journal)?',
    'history',
    'window.nav.history',
    () => import('./views/HistoryView.vue'),
  ),
  below(
    history,
    page('/items/:id(\\d+)', 'item', 'window.item.single', () => import('./views/ItemView.vue')),
    'window.item.single',
  ),
  page(
    '/quarantine',
    'quarantine',
    'window.nav.quarantine',
    () => import('./views/QuarantineView.vue'),
  ),
  page('/guide/:section?', 'guide', 'window.nav.guide', () => import('./views/GuideView.vue')),
  page('/settings', 'settings', 'window.nav.settings', () => import('./views/SettingsView.vue')),
  page('/:rest(.*)*', 'missing', 'window.missing.title', () => import('./views/MissingView.vue')),
];

export const createWindowRouter = (): Router =>
  createRouter({ history: createWebHashHistory(), routes });

/** Fetches all pages while nobody waits, so that each of them opens even when the core has gone away meanwhile. */
export function fetchPages(router: Router): void {
  for (const { meta } of router.getRoutes()) {
    // What cannot be had now is asked for again when its page is opened.
    void meta.load?.().catch(() => undefined);
  }
}
