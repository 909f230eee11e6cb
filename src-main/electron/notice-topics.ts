// What a notice is about: which of the four settings asks for it, which page helps, and what is the same thing told twice. Pure.
import type { Settings } from '#contract/model/settings';
import type { LogFields } from '../core/ports.ts';

export type NoticeTopic = {
  /** The setting that switches it off; null = whoever asked for it has a switch of its own. */
  readonly setting: keyof Settings['notify'] | null;
  /** Where the reader can do something about it. */
  readonly page: string;
  /** Two notices with one key are one thing, whoever tells of it. */
  readonly key: string;
};

type About = Omit<NoticeTopic, 'key'>;

const codes: Readonly<Record<string, About>> = {
  'launcher.pausedBySignIn': { setting: 'signIn', page: '/accounts' },
  'account.refused': { setting: 'signIn', page: '/accounts' },
  'store.suspect': { setting: 'failures', page: '/settings' },
};

/** By the event of an alarm's rule. */
const events: Readonly<Record<string, About>> = {
  launcherFailed: { setting: 'failures', page: '/' },
  silence: { setting: 'failures', page: '/' },
  diskLow: { setting: 'failures', page: '/jobs' },
  incompleteEnvelope: { setting: 'failures', page: '/history/items' },
  outbox: { setting: 'failures', page: '/outbox' },
  quarantine: { setting: 'quarantine', page: '/quarantine' },
  signIn: { setting: 'signIn', page: '/accounts' },
  dailySummary: { setting: null, page: '/' },
};

const other: About = { setting: 'failures', page: '/' };

export function topicOf(code: string, params: LogFields): NoticeTopic {
  const { event, subject, accountId } = params;
  const account = typeof accountId === 'string' ? { page: `/accounts/${accountId}` } : {};
  if (typeof event !== 'string') {
    return { ...(codes[code] ?? other), ...account, key: JSON.stringify([code, params]) };
  }
  const about = { ...(events[event] ?? other), ...account };
  const key = keyOf(code === 'notice.recovered' ? 'recovered' : event, String(subject ?? ''));
  return code === 'notice.recovered' ? { ...about, setting: 'recovery', key } : { ...about, key };
}

/** `subject`: a launcher's or an account's name. */
export const keyOf = (event: string, subject: string): string => `${event}/${subject}`;
