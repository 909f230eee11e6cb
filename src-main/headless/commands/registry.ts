// All commands of `lanceur`: their names, options and counts of arguments, and where their code is.
// The code of a command is loaded when it is called, so that each pays only for what it uses.
import type { Command } from '../command.ts';

/** `texts` may be given several times. */
export type OptionKind = 'flag' | 'text' | 'texts';

export type CommandSpec = {
  /** One or two words. */
  readonly name: string;
  readonly options: Readonly<Record<string, OptionKind>>;
  readonly positionals: { readonly min: number; readonly max: number };
  readonly load: () => Promise<Command>;
};

const none = { min: 0, max: 0 };
const one = { min: 1, max: 1 };
const many = Number.MAX_SAFE_INTEGER;

export const commands: readonly CommandSpec[] = [
  {
    name: 'run',
    options: { once: 'flag' },
    positionals: { min: 0, max: 1 },
    load: async () => (await import('./run.ts')).run,
  },
  {
    name: 'serve',
    options: { port: 'text' },
    positionals: none,
    load: async () => (await import('./serve.ts')).serve,
  },
  {
    name: 'status',
    options: {},
    positionals: none,
    load: async () => (await import('./status.ts')).status,
  },
  {
    name: 'preview',
    options: { limit: 'text' },
    positionals: one,
    load: async () => (await import('./preview.ts')).preview,
  },
  {
    name: 'explain',
    options: { launcher: 'text' },
    positionals: one,
    load: async () => (await import('./explain.ts')).explain,
  },
  {
    name: 'check',
    options: {
      ...{ account: 'text', incoming: 'text', outgoing: 'text', timeout: 'text' },
      ...{ ca: 'text', pin: 'text', name: 'text' },
    },
    positionals: { min: 0, max: 1 },
    load: async () => (await import('./check.ts')).check,
  },
  {
    name: 'filter test',
    options: { exclude: 'text', launcher: 'text', 'case-sensitive': 'flag' },
    positionals: { min: 0, max: many },
    load: async () => (await import('./filter-test.ts')).filterTest,
  },
  {
    name: 'schedule next',
    options: { count: 'text' },
    positionals: { min: 1, max: many },
    load: async () => (await import('./schedule-next.ts')).scheduleNext,
  },
  {
    name: 'export',
    options: {},
    positionals: { min: 0, max: 1 },
    load: async () => (await import('./export-configuration.ts')).exportConfiguration,
  },
  {
    name: 'import',
    options: { 'dry-run': 'flag', 'ask-secrets': 'flag' },
    positionals: one,
    load: async () => (await import('./import-configuration.ts')).importConfiguration,
  },
  {
    name: 'schema',
    options: {},
    positionals: none,
    load: async () => (await import('./schema.ts')).schema,
  },
  {
    name: 'launcher list',
    options: {},
    positionals: none,
    load: async () => (await import('./launcher.ts')).listLaunchers,
  },
  ...(['enable', 'disable', 'pause', 'resume'] as const).map((verb): CommandSpec => ({
    name: `launcher ${verb}`,
    options: {},
    positionals: one,
    load: async () => (await import('./launcher.ts')).switchLauncher(verb),
  })),
  {
    name: 'launcher delete',
    options: { yes: 'flag' },
    positionals: one,
    load: async () => (await import('./launcher.ts')).deleteLauncher,
  },
  {
    name: 'account list',
    options: {},
    positionals: none,
    load: async () => (await import('./account.ts')).listAccounts,
  },
  {
    name: 'account secret',
    options: { env: 'text' },
    positionals: one,
    load: async () => (await import('./account.ts')).enterSecret,
  },
  {
    name: 'account sign-in',
    options: { 'device-code': 'flag', 'no-open': 'flag' },
    positionals: one,
    load: async () => (await import('./account-sign-in.ts')).signIn,
  },
  {
    name: 'account sign-out',
    options: {},
    positionals: one,
    load: async () => (await import('./account-sign-in.ts')).signOut,
  },
  {
    name: 'tls',
    options: { starttls: 'text', ca: 'text', pin: 'text', name: 'text', pem: 'flag' },
    positionals: one,
    load: async () => (await import('./tls.ts')).inspectServer,
  },
  {
    name: 'send',
    options: {
      service: 'text',
      to: 'texts',
      cc: 'texts',
      bcc: 'texts',
      'reply-to': 'text',
      subject: 'text',
      text: 'text',
      'text-file': 'text',
      'html-file': 'text',
      attach: 'texts',
      once: 'text',
      wait: 'flag',
      'dry-run': 'flag',
    },
    positionals: none,
    load: async () => (await import('./send.ts')).send,
  },
  {
    name: 'route',
    options: { service: 'text', batch: 'text', wait: 'flag', 'dry-run': 'flag' },
    positionals: one,
    load: async () => (await import('./route.ts')).route,
  },
  {
    name: 'outbox',
    options: { state: 'text', limit: 'text' },
    positionals: none,
    load: async () => (await import('./outbox.ts')).outbox,
  },
  ...(['retry', 'cancel'] as const).map((verb): CommandSpec => ({
    name: `outbox ${verb}`,
    options: {},
    positionals: one,
    load: async () => (await import('./outbox.ts')).changeMessage(verb),
  })),
  {
    name: 'outbox flush',
    options: {},
    positionals: none,
    load: async () => (await import('./outbox.ts')).flushOutbox,
  },
  {
    name: 'service list',
    options: {},
    positionals: none,
    load: async () => (await import('./service.ts')).listServices,
  },
  {
    name: 'service test',
    options: { to: 'text' },
    positionals: one,
    load: async () => (await import('./service.ts')).testService,
  },
  {
    name: 'connector list',
    options: {},
    positionals: none,
    load: async () => (await import('./connector.ts')).listConnectors,
  },
  {
    name: 'connector check',
    options: {},
    positionals: one,
    load: async () => (await import('./connector.ts')).checkConnector,
  },
  {
    name: 'connector test',
    options: { to: 'text' },
    positionals: one,
    load: async () => (await import('./connector.ts')).testConnector,
  },
  {
    name: 'items',
    options: { launcher: 'text', state: 'text', limit: 'text' },
    positionals: none,
    load: async () => (await import('./items.ts')).items,
  },
  {
    name: 'retry',
    options: {},
    positionals: one,
    load: async () => (await import('./reopen.ts')).reopen('items.retry'),
  },
  {
    name: 'replay',
    options: {},
    positionals: one,
    load: async () => (await import('./reopen.ts')).reopen('items.replay'),
  },
  {
    name: 'history export',
    options: { launcher: 'text' },
    positionals: one,
    load: async () => (await import('./history-export.ts')).historyExport,
  },
  {
    name: 'self-test',
    options: {},
    positionals: none,
    load: async () => (await import('./self-test.ts')).selfTest,
  },
  {
    name: 'repair',
    options: { yes: 'flag' },
    positionals: none,
    load: async () => (await import('./repair.ts')).repair,
  },
  {
    name: 'help',
    options: {},
    positionals: { min: 0, max: 2 },
    load: async () => (await import('./help.ts')).help,
  },
];
