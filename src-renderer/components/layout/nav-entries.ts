// The entries of the tree, in EzGED's words and order.
import {
  Archive,
  FolderInput,
  History,
  KeyRound,
  LayoutDashboard,
  Mail,
  Rocket,
  Settings,
  ShieldAlert,
} from '@lucide/vue';
import type { Component } from 'vue';
import type { Protocol } from '#contract/model/source-config';
import type { TextKey } from '../../i18n/keys.ts';

export type Page = { readonly title: TextKey; readonly to: string; readonly icon: Component };

export const pages = [
  { title: 'window.nav.dashboard', to: '/', icon: LayoutDashboard },
  { title: 'window.nav.launchers', to: '/launchers', icon: Rocket },
  { title: 'window.nav.jobs', to: '/jobs', icon: Archive },
  { title: 'window.nav.accounts', to: '/accounts', icon: KeyRound },
  { title: 'window.nav.history', to: '/history', icon: History },
  { title: 'window.nav.quarantine', to: '/quarantine', icon: ShieldAlert },
  { title: 'window.nav.settings', to: '/settings', icon: Settings },
] as const satisfies readonly Page[];

export const protocolIcons: Readonly<Record<Protocol, Component>> = {
  folder: FolderInput,
  imap: Mail,
};

export function protocolIcon(protocol: string): Component {
  return Object.entries(protocolIcons).find(([name]) => name === protocol)?.[1] ?? Rocket;
}
