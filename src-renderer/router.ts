// The pages and their addresses. Addresses lie after `#`, so that they survive a reload wherever the files are served from.
import { createRouter, createWebHashHistory, type Router } from 'vue-router';
import type { TextKey } from './i18n/keys.ts';
import DashboardView from './views/DashboardView.vue';

declare module 'vue-router' {
  interface RouteMeta {
    /** Title of the page in the breadcrumb; pages of one thing add its name. */
    readonly title: TextKey;
    readonly parent?: { readonly name: string; readonly title: TextKey };
  }
}

const launchers = { name: 'launchers', title: 'window.nav.launchers' } as const;
const jobs = { name: 'jobs', title: 'window.nav.jobs' } as const;
const history = { name: 'history', title: 'window.nav.history' } as const;

export const createWindowRouter = (): Router =>
  createRouter({
    history: createWebHashHistory(),
    routes: [
      {
        path: '/',
        name: 'dashboard',
        component: DashboardView,
        meta: { title: 'window.nav.dashboard' },
      },
      {
        path: '/start',
        name: 'start',
        component: () => import('./views/StartView.vue'),
        meta: { title: 'window.nav.start' },
      },
      {
        path: '/launchers',
        name: 'launchers',
        component: () => import('./views/LauncherListView.vue'),
        meta: { title: 'window.nav.launchers' },
      },
      {
        path: '/launchers/new/:protocol(folder|imap)',
        name: 'launcher-new',
        component: () => import('./views/LauncherView.vue'),
        meta: { title: 'window.launcher.new', parent: launchers },
      },
      {
        path: '/launchers/:id/:tab(settings|preview|runs|journal)?',
        name: 'launcher',
        component: () => import('./views/LauncherView.vue'),
        meta: { title: 'window.launcher.single', parent: launchers },
      },
      {
        path: '/jobs',
        name: 'jobs',
        component: () => import('./views/JobListView.vue'),
        meta: { title: 'window.nav.jobs' },
      },
      {
        path: '/jobs/new',
        name: 'job-new',
        component: () => import('./views/JobView.vue'),
        meta: { title: 'window.job.new', parent: jobs },
      },
      {
        path: '/jobs/:id',
        name: 'job',
        component: () => import('./views/JobView.vue'),
        meta: { title: 'window.job.single', parent: jobs },
      },
      {
        path: '/accounts',
        name: 'accounts',
        component: () => import('./views/AccountListView.vue'),
        meta: { title: 'window.nav.accounts' },
      },
      {
        path: '/history/:tab(items|runs|journal)?',
        name: 'history',
        component: () => import('./views/HistoryView.vue'),
        meta: { title: 'window.nav.history' },
      },
      {
        path: '/items/:id(\\d+)',
        name: 'item',
        component: () => import('./views/ItemView.vue'),
        meta: { title: 'window.item.single', parent: history },
      },
      {
        path: '/quarantine',
        name: 'quarantine',
        component: () => import('./views/QuarantineView.vue'),
        meta: { title: 'window.nav.quarantine' },
      },
      {
        path: '/settings',
        name: 'settings',
        component: () => import('./views/SettingsView.vue'),
        meta: { title: 'window.nav.settings' },
      },
      {
        path: '/:rest(.*)*',
        name: 'missing',
        component: () => import('./views/MissingView.vue'),
        meta: { title: 'window.missing.title' },
      },
    ],
  });
