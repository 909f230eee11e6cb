// The entries of the tree, in EzGED's words and order, and an icon for each kind of thing.
import {
  Archive,
  BellRing,
  BookOpen,
  Cloud,
  FileArchive,
  FolderInput,
  History,
  Inbox,
  KeyRound,
  LayoutDashboard,
  Mail,
  Mails,
  Plug,
  Rocket,
  Route,
  Send,
  Server,
  Settings,
  ShieldAlert,
} from '@lucide/vue';
import type { Component } from 'vue';
import type { ConnectorType } from '#contract/model/router';
import type { Protocol } from '#contract/model/source-config';
import type { TextKey } from '../../i18n/keys.ts';

export type Page = { readonly title: TextKey; readonly to: string; readonly icon: Component };

export const pages = [
  { title: 'window.nav.dashboard', to: '/', icon: LayoutDashboard },
  { title: 'window.nav.launchers', to: '/launchers', icon: Rocket },
  { title: 'window.nav.jobs', to: '/jobs', icon: Archive },
  { title: 'window.nav.accounts', to: '/accounts', icon: KeyRound },
  { title: 'window.nav.router', to: '/router', icon: Route },
  { title: 'window.nav.outbox', to: '/outbox', icon: Send },
  { title: 'window.nav.notices', to: '/notices', icon: BellRing },
  { title: 'window.nav.history', to: '/history', icon: History },
  { title: 'window.nav.quarantine', to: '/quarantine', icon: ShieldAlert },
  { title: 'window.nav.settings', to: '/settings', icon: Settings },
  { title: 'window.nav.guide', to: '/guide', icon: BookOpen },
] as const satisfies readonly Page[];

/** Below the router, as EzGED shows it. */
export const routerPages = {
  services: { title: 'window.nav.services', to: '/services', icon: Mails },
  connectors: { title: 'window.nav.connectors', to: '/connectors', icon: Plug },
} as const satisfies Record<string, Page>;

export const protocolIcons: Readonly<Record<Protocol, Component>> = {
  folder: FolderInput,
  imap: Mail,
  pop: Inbox,
  o365: Cloud,
  adullact: FileArchive,
};

export const connectorIcons: Readonly<Record<ConnectorType, Component>> = {
  smtp: Server,
  office365: Cloud,
};

export const jobIcon = Archive;

export function protocolIcon(protocol: string): Component {
  return Object.entries(protocolIcons).find(([name]) => name === protocol)?.[1] ?? Rocket;
}
