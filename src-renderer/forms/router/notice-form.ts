// A notice rule as a form: which event, told to whom.
import type { NoticeKind, NoticeRule } from '#contract/model/notice';
import type { FieldsFor } from '../field.ts';
import { fieldsOf, under } from '../make-field.ts';

type Plain = Pick<NoticeRule, 'name' | 'enabled' | 'event' | 'mail' | 'desktop' | 'remindHours'>;

const what = fieldsOf('window.section.event');
const whom = fieldsOf('window.section.told');

export const noticeKinds = [
  'launcherFailed',
  'signIn',
  'quarantine',
  'silence',
  'incompleteEnvelope',
  'diskLow',
  'outbox',
  'dailySummary',
] as const satisfies readonly NoticeKind[];

const only = (...kinds: readonly NoticeKind[]) => ({ showWhen: { path: 'event.kind', is: kinds } });
const mailed = { showWhen: { path: 'mail.enabled', is: [true] } };
const office = [1, 2, 3, 4, 5];
const opening = { weekdays: office, from: '08:00', until: '18:00' };

export const noticeFields = {
  name: what.text('notice.name', { help: 'notice.name' }),
  enabled: what.toggle('notice.enabled'),
  ...under('event', {
    kind: what.select('notice.kind', 'noticeKind', noticeKinds, {
      width: 'full',
      fresh: {
        launcherFailed: { times: 3, launcherIds: [] },
        quarantine: { atLeast: 1, launcherIds: [] },
        silence: { mode: 'told', hours: 8, opening, launcherIds: [] },
        incompleteEnvelope: { afterMinutes: 60, launcherIds: [] },
        diskLow: { minFreeBytes: 1024 ** 3 },
        outbox: { waitingMinutes: 240 },
        dailySummary: { at: '08:00', weekdays: office },
      },
    }),
  }),
  'event.times': what.number('notice.times', only('launcherFailed')),
  'event.atLeast': what.number('notice.atLeast', only('quarantine')),
  'event.mode': what.select('notice.mode', 'silence', ['told', 'learnt'], only('silence')),
  'event.hours': what.number('notice.hours', { unit: 'window.unit.hours', ...only('silence') }),
  'event.opening.weekdays': what.weekdays('notice.weekdays', { width: 'full', ...only('silence') }),
  'event.opening.from': what.text('notice.from', { placeholder: '08:00', ...only('silence') }),
  'event.opening.until': what.text('notice.until', { placeholder: '18:00', ...only('silence') }),
  'event.afterMinutes': what.number('notice.afterMinutes', {
    unit: 'window.unit.minutes',
    ...only('incompleteEnvelope'),
  }),
  'event.minFreeBytes': what.size('notice.minFreeBytes', only('diskLow')),
  'event.waitingMinutes': what.number('notice.waitingMinutes', {
    unit: 'window.unit.minutes',
    ...only('outbox'),
  }),
  'event.at': what.text('notice.at', { placeholder: '08:00', ...only('dailySummary') }),
  'event.weekdays': what.weekdays('notice.weekdays', { width: 'full', ...only('dailySummary') }),
  'event.launcherIds': what.choice('notice.launcherIds', 'launchers', {
    none: 'window.choice.allLaunchers',
    width: 'full',
    ...only('launcherFailed', 'quarantine', 'silence', 'incompleteEnvelope'),
  }),
  ...under('mail', { enabled: whom.toggle('notice.mail') }),
  desktop: whom.toggle('notice.desktop'),
  'mail.to': whom.list('message.to', { ...mailed, example: 'window.example.helpDesk' }),
  'mail.serviceId': whom.choice('message.serviceId', 'service', {
    none: 'window.choice.noService',
    ...mailed,
  }),
  remindHours: whom.number('notice.remindHours', {
    unit: 'window.unit.hours',
    zero: 'window.zero.once',
  }),
} satisfies FieldsFor<Plain>;
